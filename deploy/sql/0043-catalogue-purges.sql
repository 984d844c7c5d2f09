-- Which pages of the catalogue have changed and who keeps copies is still to be told. The front doors are told first and the
-- CDN a round later: what it then asks for again, a front door must have forgotten.
create sequence catalogue_changes;

create table catalogue_purges (
    key     text    not null primary key,
    change  bigint  not null default nextval('catalogue_changes'),
    is_told boolean not null default false
);

create index catalogue_purges_untold on catalogue_purges (change) where not is_told;
