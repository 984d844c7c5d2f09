-- The customer that somebody with an account is, by which the account is found when all of his is handed out or forgotten.
alter table identity."AspNetUsers" add column "Customer" character varying(40);

create unique index "CustomerIndex" on identity."AspNetUsers" ("Customer");
