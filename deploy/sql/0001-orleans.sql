-- What the Orleans ADO.NET providers (clustering, grain storage, reminders; 10.4.2) keep in PostgreSQL 15 or later.
--
-- The packages carry no SQL. A provider knows only the keys of orleansquery, the parameters it binds and the
-- columns it reads back by name (case-insensitively); what stands between them is this file. Every query is one
-- statement, hence one transaction, and none needs a function. Names are unqualified, as in the providers' own
-- "select … from OrleansQuery": everything must be reachable through the search_path.

create table orleansquery (
    querykey  varchar(64) primary key,
    querytext text        not null
);

-- Membership. deploymentid is ClusterOptions.ClusterId. One row for each cluster: its version guards the whole table,
-- every change of a member's row bumps it by compare-and-set, so silos agree on one order of views.
create table orleansmembershipversiontable (
    deploymentid varchar(150) primary key,
    timestamp    timestamptz  not null default now(),
    version      integer      not null default 0
);

-- One row for each silo process that ever joined. status is Orleans.Runtime.SiloStatus: 3 active, 6 dead.
create table orleansmembershiptable (
    deploymentid varchar(150) not null references orleansmembershipversiontable on delete cascade,
    address      varchar(64)  not null,
    port         integer      not null,
    generation   integer      not null,
    siloname     text         not null,
    hostname     text         not null,
    status       integer      not null,
    proxyport    integer,
    suspecttimes text,
    starttime    timestamptz  not null,
    iamalivetime timestamptz  not null,

    primary key (deploymentid, address, port, generation)
);

insert into orleansquery (querykey, querytext) values

('InsertMembershipVersionKey', $$
    with inserted as (
        insert into orleansmembershipversiontable (deploymentid)
        values (@DeploymentId)
        on conflict do nothing
        returning 1
    )
    select exists (select from inserted) as changed;
$$),

-- The bump asks for the member's absence itself: a statement cannot take it back once the insert turns out to be
-- impossible. Two silos cannot insert the same member at once, for only one of them wins the version.
('InsertMembershipKey', $$
    with bumped as (
        update orleansmembershipversiontable
        set version = version + 1,
            timestamp = now()
        where deploymentid = @DeploymentId
          and version = @Version
          and not exists (
              select from orleansmembershiptable
              where deploymentid = @DeploymentId
                and address = @Address
                and port = @Port
                and generation = @Generation
          )
        returning deploymentid
    ),
    inserted as (
        insert into orleansmembershiptable
            (deploymentid, address, port, generation,
             siloname, hostname, status, proxyport, starttime, iamalivetime)
        select
            deploymentid, @Address, @Port, @Generation,
            @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
        from bumped
        returning 1
    )
    select exists (select from inserted) as changed;
$$),

-- The writer is often a neighbour with an older view of the member, so the heartbeat only moves forward.
('UpdateMembershipKey', $$
    with bumped as (
        update orleansmembershipversiontable
        set version = version + 1,
            timestamp = now()
        where deploymentid = @DeploymentId
          and version = @Version
          and exists (
              select from orleansmembershiptable
              where deploymentid = @DeploymentId
                and address = @Address
                and port = @Port
                and generation = @Generation
          )
        returning deploymentid
    ),
    updated as (
        update orleansmembershiptable as member
        set status = @Status,
            suspecttimes = @SuspectTimes,
            iamalivetime = greatest(member.iamalivetime, @IAmAliveTime)
        from bumped
        where member.deploymentid = bumped.deploymentid
          and member.address = @Address
          and member.port = @Port
          and member.generation = @Generation
        returning 1
    )
    select exists (select from updated) as changed;
$$),

-- The heartbeat is outside the version: each silo writes only its own, every few seconds.
('UpdateIAmAlivetimeKey', $$
    update orleansmembershiptable
    set iamalivetime = greatest(iamalivetime, @IAmAliveTime)
    where deploymentid = @DeploymentId
      and address = @Address
      and port = @Port
      and generation = @Generation;
$$),

-- The left joins below answer the version even where there is no member; the provider relies on that row.
('MembershipReadRowKey', $$
    select
        member.address, member.port, member.generation, member.siloname, member.hostname, member.status,
        member.proxyport, member.suspecttimes, member.starttime, member.iamalivetime,
        cluster.version
    from orleansmembershipversiontable as cluster
    left join orleansmembershiptable as member
           on member.deploymentid = cluster.deploymentid
          and member.address = @Address
          and member.port = @Port
          and member.generation = @Generation
    where cluster.deploymentid = @DeploymentId;
$$),

('MembershipReadAllKey', $$
    select
        member.address, member.port, member.generation, member.siloname, member.hostname, member.status,
        member.proxyport, member.suspecttimes, member.starttime, member.iamalivetime,
        cluster.version
    from orleansmembershipversiontable as cluster
    left join orleansmembershiptable as member using (deploymentid)
    where cluster.deploymentid = @DeploymentId;
$$),

('GatewaysQueryKey', $$
    select address, proxyport, generation
    from orleansmembershiptable
    where deploymentid = @DeploymentId
      and status = @Status
      and proxyport > 0;
$$),

-- The members go with their cluster, by cascade.
('DeleteMembershipTableEntriesKey', $$
    delete from orleansmembershipversiontable
    where deploymentid = @DeploymentId;
$$),

-- Required, yet run only where CleanupDefunctSiloEntryKey is missing. It cannot read the times of the votes, so it
-- leaves voted rows alone.
('CleanupDefunctSiloEntriesKey', $$
    delete from orleansmembershiptable
    where deploymentid = @DeploymentId
      and status = 6
      and starttime < @IAmAliveTime
      and iamalivetime < @IAmAliveTime
      and coalesce(suspecttimes, '') = '';
$$),

-- Optional: given it, the provider picks the expired dead rows itself, votes included, and deletes each one only if
-- it still is what was read. No vote is null or '' as it was written, always null as it was read.
('CleanupDefunctSiloEntryKey', $$
    delete from orleansmembershiptable
    where deploymentid = @DeploymentId
      and address = @Address
      and port = @Port
      and generation = @Generation
      and status = 6
      and starttime = @StartTime
      and iamalivetime = @IAmAliveTime
      and coalesce(suspecttimes, '') = coalesce(@SuspectTimes, '');
$$);

-- Grain storage. One row for each grain state; graintypestring is the state's name, not the grain's type. The key
-- parts are the provider's: a GUID fills n0 and n1, a number n1, a string or a compound key's extension the
-- extension string. The extension is '' where the provider has null, so that all of it can be the primary key: the
-- second of two first writes must fail, not add a row. The hashes lead because they tell almost all rows apart.
create table orleansstorage (
    grainidhash            integer      not null,
    graintypehash          integer      not null,
    grainidn0              bigint       not null,
    grainidn1              bigint       not null,
    grainidextensionstring varchar(512) not null,
    graintypestring        varchar(512) not null,
    serviceid              varchar(150) not null,
    payloadbinary          bytea,
    modifiedon             timestamptz  not null default now(),
    version                integer      not null default 1,

    primary key
        (grainidhash, graintypehash, grainidn0, grainidn1, grainidextensionstring, graintypestring, serviceid)
);

insert into orleansquery (querykey, querytext) values

-- Version null means "I have never seen this row": insert, never update. The answer is the new version, or no row
-- at all, which the provider turns into InconsistentStateException whatever version it sent.
('WriteToStorageKey', $$
    with updated as (
        update orleansstorage
        set payloadbinary = @PayloadBinary,
            modifiedon = now(),
            version = version + 1
        where grainidhash = @GrainIdHash
          and graintypehash = @GrainTypeHash
          and grainidn0 = @GrainIdN0
          and grainidn1 = @GrainIdN1
          and grainidextensionstring = coalesce(@GrainIdExtensionString, '')
          and graintypestring = @GrainTypeString
          and serviceid = @ServiceId
          and version = @GrainStateVersion
        returning version
    ),
    inserted as (
        insert into orleansstorage
            (grainidhash, graintypehash, grainidn0, grainidn1,
             grainidextensionstring, graintypestring, serviceid, payloadbinary)
        select
            @GrainIdHash, @GrainTypeHash, @GrainIdN0, @GrainIdN1,
            coalesce(@GrainIdExtensionString, ''), @GrainTypeString, @ServiceId, @PayloadBinary
        where @GrainStateVersion is null
        on conflict do nothing
        returning version
    )
    select version as newgrainstateversion from updated
    union all
    select version from inserted;
$$),

('ReadFromStorageKey', $$
    select payloadbinary, version
    from orleansstorage
    where grainidhash = @GrainIdHash
      and graintypehash = @GrainTypeHash
      and grainidn0 = @GrainIdN0
      and grainidn1 = @GrainIdN1
      and grainidextensionstring = coalesce(@GrainIdExtensionString, '')
      and graintypestring = @GrainTypeString
      and serviceid = @ServiceId;
$$),

-- Keeps the row, and so its version, without a payload.
('ClearStorageKey', $$
    update orleansstorage
    set payloadbinary = null,
        modifiedon = now(),
        version = version + 1
    where grainidhash = @GrainIdHash
      and graintypehash = @GrainTypeHash
      and grainidn0 = @GrainIdN0
      and grainidn1 = @GrainIdN1
      and grainidextensionstring = coalesce(@GrainIdExtensionString, '')
      and graintypestring = @GrainTypeString
      and serviceid = @ServiceId
      and version = @GrainStateVersion
    returning version as newgrainstateversion;
$$),

-- In place of ClearStorageKey where DeleteStateOnClear is set. An answer equal to the version sent would mean a
-- conflict, hence + 1.
('DeleteStorageKey', $$
    delete from orleansstorage
    where grainidhash = @GrainIdHash
      and graintypehash = @GrainTypeHash
      and grainidn0 = @GrainIdN0
      and grainidn1 = @GrainIdN1
      and grainidextensionstring = coalesce(@GrainIdExtensionString, '')
      and graintypestring = @GrainTypeString
      and serviceid = @ServiceId
      and version = @GrainStateVersion
    returning version + 1 as newgrainstateversion;
$$);

-- Reminders. One row for each; period is in milliseconds, grainhash the place on the ring, as a signed integer.
create table orleansreminderstable (
    serviceid    varchar(150) not null,
    grainid      varchar(512) not null,
    remindername varchar(150) not null,
    starttime    timestamptz  not null,
    period       bigint       not null,
    grainhash    integer      not null,
    version      integer      not null default 0,

    primary key (serviceid, grainid, remindername)
);

-- Every silo reads its range of the ring again and again (ReminderOptions.RefreshReminderListPeriod).
create index orleansreminderstable_range on orleansreminderstable (serviceid, grainhash);

insert into orleansquery (querykey, querytext) values

('UpsertReminderRowKey', $$
    insert into orleansreminderstable as reminder
        (serviceid, grainid, remindername, starttime, period, grainhash)
    values
        (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash)
    on conflict (serviceid, grainid, remindername) do update
    set starttime = excluded.starttime,
        period = excluded.period,
        grainhash = excluded.grainhash,
        version = reminder.version + 1
    returning version;
$$),

('ReadReminderRowKey', $$
    select grainid, remindername, starttime, period, version
    from orleansreminderstable
    where serviceid = @ServiceId
      and grainid = @GrainId
      and remindername = @ReminderName;
$$),

('ReadReminderRowsKey', $$
    select grainid, remindername, starttime, period, version
    from orleansreminderstable
    where serviceid = @ServiceId
      and grainid = @GrainId;
$$),

-- A range is open at its begin and closed at its end. The second form is for ranges that wrap around the ring or
-- cover it all (begin = end).
('ReadRangeRows1Key', $$
    select grainid, remindername, starttime, period, version
    from orleansreminderstable
    where serviceid = @ServiceId
      and grainhash > @BeginHash
      and grainhash <= @EndHash;
$$),

('ReadRangeRows2Key', $$
    select grainid, remindername, starttime, period, version
    from orleansreminderstable
    where serviceid = @ServiceId
      and (grainhash > @BeginHash or grainhash <= @EndHash);
$$),

('DeleteReminderRowKey', $$
    with deleted as (
        delete from orleansreminderstable
        where serviceid = @ServiceId
          and grainid = @GrainId
          and remindername = @ReminderName
          and version = @Version
        returning 1
    )
    select exists (select from deleted) as changed;
$$),

('DeleteReminderRowsKey', $$
    delete from orleansreminderstable
    where serviceid = @ServiceId;
$$);
