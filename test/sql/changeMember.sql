select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name"
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when banned_until > now then 'banned
  from site'
  when not (role = 'admin' or role = 'siteModerator' or role = 'owner') and sanction = 'ban' then 'banned'
  when not (role not in ('member', 'guest')) then 'not allowed' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, users.id as user_id, users.name as user_name, ordinal, iif(owner_id = users.id and users.site_role is not 'admin', 'owner', coalesce(users.site_role, members.role, 'guest')) as role, (users.site_role is null)*users.banned_until as banned_until, (
      select min(kind)
      from (
        select *
        from sanctions
        where room_id = rooms.id and user_id = users.id
        union all
        select *
        from sanctions indexed by sanctions_name
        where room_id = rooms.id and name_key = users.name_key
        union all
        select *
        from sanctions indexed by sanctions_subject
        where room_id = rooms.id and subject = users.subject)
      where ifnull(until > now, true)) as sanction
    from (
      select ? as now)
    left join rooms on rooms.name_key = ?
    left join users on users.token_hash = ?
    left join members on members.user_id = users.id and members.room_id = rooms.id)) as auth;

insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, target.id, ?, auth.now
from ( … as above ) as auth
join users as target on target.name_key = ?
left join members on members.user_id = target.id and members.room_id = auth.room_id
where refusal is null and not target.id is auth.owner_id and ((members.ordinal is null and not (
      select archived
      from rooms
      where rooms.id = auth.room_id)) or members.role <> ? and (auth.role in ('admin', 'owner') or auth.role in ('admin', 'siteModerator', 'owner') and not exists (
      select 1
      from users as owner
      where owner.id = auth.owner_id)));

insert into "members" ("room_id", "ordinal", "user_id", "joined_at", "role", "last_sent_at", "read_seq")
select auth.room_id, 1 + ifnull((
    select max(ordinal)
    from members as m
    where m.room_id = auth.room_id), 0), target.id, auth.now, ?, null, ?
from ( … as above ) as auth
join users as target on target.name_key = ?
left join members on members.user_id = target.id and members.room_id = auth.room_id
where refusal is null and not target.id is auth.owner_id and (members.ordinal is null and not (
    select archived
    from rooms
    where rooms.id = auth.room_id));

update "members"
set "role" = ?
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when banned_until > now then 'banned
  from site'
  when not (role not in ('siteModerator', 'moderator', 'member', 'guest') or role in ('siteModerator') and readers || posters || exists (
      select 1
      from users as owner
      where owner.id = owner_id) in ('anyoneanyone0', 'anyonemembers0', 'membersanyone0', 'membersmembers0')) then 'not allowed' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, users.id as user_id, users.name as user_name, ordinal, iif(owner_id = users.id and users.site_role is not 'admin', 'owner', coalesce(users.site_role, members.role, 'guest')) as role, (users.site_role is null)*users.banned_until as banned_until
    from (
      select ? as now)
    left join rooms on rooms.name_key = ?
    left join users on users.token_hash = ?
    left join members on members.user_id = users.id and members.room_id = rooms.id)) as auth
where refusal is null and members.room_id = auth.room_id and members.user_id = (
  select id
  from users
  where name_key = ?) and members.user_id is not auth.owner_id and members.role <> ?;

select auth.room_id as "target_room_id", target.id as "target_id", case
when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
when auth.role in ('member') then false
when auth.role in ('guest') then false end as "may", target.name as "target_name", iif(owner_id = target.id, 'owner', ifnull(members.role, 'guest')) as "target_role", members.joined_at as "target_joined_at", (
  select json_object('until', until, 'reason', reason, 'networkUntil', iif(network_until > auth.now, network_until, null))
  from (
    select kind, until, reason, network_until
    from sanctions
    where room_id = auth.room_id and user_id = target.id
    union all
    select kind, until, reason, network_until
    from sanctions indexed by sanctions_name
    where room_id = auth.room_id and name_key = target.name_key
    union all
    select kind, until, reason, network_until
    from sanctions indexed by sanctions_subject
    where room_id = auth.room_id and subject = target.subject)
  where kind = ? and ifnull(until > auth.now, true)
  limit 1) as "target_ban", (
  select json_object('until', until, 'reason', reason, 'networkUntil', iif(network_until > auth.now, network_until, null))
  from (
    select kind, until, reason, network_until
    from sanctions
    where room_id = auth.room_id and user_id = target.id
    union all
    select kind, until, reason, network_until
    from sanctions indexed by sanctions_name
    where room_id = auth.room_id and name_key = target.name_key
    union all
    select kind, until, reason, network_until
    from sanctions indexed by sanctions_subject
    where room_id = auth.room_id and subject = target.subject)
  where kind = ? and ifnull(until > auth.now, true)
  limit 1) as "target_mute"
from ( … as above ) as auth
join users as target on target.name_key = ?
left join members on members.user_id = target.id and members.room_id = auth.room_id;

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name"
from ( … as above ) as auth;

update "members"
set "role" = ?
from ( … as above ) as auth
where refusal is null and members.room_id = auth.room_id and members.user_id = (
  select id
  from users
  where name_key = ?) and members.user_id is not auth.owner_id and members.role <> ?;

insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, target.id, ?, auth.now
from ( … as above ) as auth
join users as target on target.name_key = ?
left join members on members.user_id = target.id and members.room_id = auth.room_id
where refusal is null and case
when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
when auth.role in ('member') then false
when auth.role in ('guest') then false end;

insert into "sanctions" ("room_id", "user_id", "kind", "name_key", "until", "reason", "created_at", "name", "subject", "last_name_key", "network", "network_until", "network_since")
select auth.room_id, target.id, ?, target.name_key, ?, ?, auth.now, target.name, target.subject, null, ?, ?, ?
from ( … as above ) as auth
join users as target on target.name_key = ?
left join members on members.user_id = target.id and members.room_id = auth.room_id
where refusal is null and case
when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
when auth.role in ('member') then false
when auth.role in ('guest') then false end
on conflict("sanctions"."room_id", "sanctions"."user_id", "sanctions"."kind") do update
set "name_key" = excluded.name_key, "until" = excluded.until, "reason" = excluded.reason, "created_at" = excluded.created_at, "name" = excluded.name, "subject" = excluded.subject, "network" = excluded.network, "network_until" = excluded.network_until, "network_since" = excluded.network_since
returning "network_until";

update "rooms"
set "member_offset" = coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id), 0) + rooms.member_offset - 1 - coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id and user_id not in (
      select target.id
      from ( … as above ) as auth
      join users as target on target.name_key = ?
      left join members on members.user_id = target.id and members.room_id = auth.room_id
      where refusal is null and case
      when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
      when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
      when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
      when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
      when auth.role in ('member') then false
      when auth.role in ('guest') then false end)), 0)
where id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null and true) and exists (
  select 1
  from members
  where user_id = (
    select target.id
    from ( … as above ) as auth
    join users as target on target.name_key = ?
    left join members on members.user_id = target.id and members.room_id = auth.room_id
    where refusal is null and case
    when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
    when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
    when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
    when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
    when auth.role in ('member') then false
    when auth.role in ('guest') then false end) and room_id = (
    select room_id
    from ( … as above ) as auth
    where refusal is null and true));

delete
from "members"
where user_id = (
  select target.id
  from ( … as above ) as auth
  join users as target on target.name_key = ?
  left join members on members.user_id = target.id and members.room_id = auth.room_id
  where refusal is null and case
  when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
  when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
  when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
  when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
  when auth.role in ('member') then false
  when auth.role in ('guest') then false end) and room_id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null and true);

select auth.room_id as "target_room_id", target.id as "target_id", refusal is null and case
when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
when auth.role in ('member') then false
when auth.role in ('guest') then false end as "may", target.name as "target_name", iif(owner_id = target.id, 'owner', ifnull(members.role, 'guest')) as "target_role", members.joined_at as "target_joined_at", (
  select json_object('until', until, 'reason', reason, 'networkUntil', iif(network_until > auth.now, network_until, null))
  from (
    select kind, until, reason, network_until
    from sanctions
    where room_id = auth.room_id and user_id = target.id
    union all
    select kind, until, reason, network_until
    from sanctions indexed by sanctions_name
    where room_id = auth.room_id and name_key = target.name_key
    union all
    select kind, until, reason, network_until
    from sanctions indexed by sanctions_subject
    where room_id = auth.room_id and subject = target.subject)
  where kind = ? and ifnull(until > auth.now, true)
  limit 1) as "target_ban", (
  select json_object('until', until, 'reason', reason, 'networkUntil', iif(network_until > auth.now, network_until, null))
  from (
    select kind, until, reason, network_until
    from sanctions
    where room_id = auth.room_id and user_id = target.id
    union all
    select kind, until, reason, network_until
    from sanctions indexed by sanctions_name
    where room_id = auth.room_id and name_key = target.name_key
    union all
    select kind, until, reason, network_until
    from sanctions indexed by sanctions_subject
    where room_id = auth.room_id and subject = target.subject)
  where kind = ? and ifnull(until > auth.now, true)
  limit 1) as "target_mute"
from ( … as above ) as auth
join users as target on target.name_key = ?
left join members on members.user_id = target.id and members.room_id = auth.room_id;

insert into "changes" ("room_id", "seq", "type", "target", "actor_id", "created_at", "reaction", "is_added", "empty_numbers")
select chosen.room_id, 1 + max(ifnull((
      select max(seq)
      from messages
      where room_id = chosen.room_id), 0), ifnull((
      select max(seq)
      from changes
      where room_id = chosen.room_id), 0)) - 1 + row_number() over(partition by chosen.room_id
  order by chosen.seq), ?, chosen.seq, ifnull((
    select id
    from users
    where token_hash = ?), 0), ?, null, null, max(ifnull((
      select totals.empty_numbers
      from rooms as totals
      where totals.id = chosen.room_id), 0), ifnull((
      select ifnull(empty_numbers, max(ifnull((
              select max(seq)
              from messages
              where room_id = chosen.room_id), 0), ifnull((
              select max(seq)
              from changes
              where room_id = chosen.room_id), 0)) - (
          select count(*)
          from messages
          where room_id = chosen.room_id and text is not null))
      from changes
      where room_id = chosen.room_id
      order by seq desc
      limit 1), 0)) + 2 * row_number() over(partition by chosen.room_id
  order by chosen.seq)
from (
  select m.room_id, m.seq
  from (
    select (
      select room_id
      from ( … as above ) as auth
      where refusal is null and true) as room) as place cross
  join messages as m
  where m.room_id = place.room and m.seq >= max((
      with recursive search(low, high) as (
        select 1, 1 + coalesce((
            select max(seq)
            from messages
            where room_id = place.room), 0)
        union all
        select iif(m.created_at < ?, m.seq + 1, low), iif(m.created_at < ?, high, (low + high)/ 2)
        from search
        left join messages as m on m.room_id = place.room and m.seq = (
          select min(seq)
          from messages as n
          where n.room_id = place.room and n.seq >= (low + high)/ 2)
        where low < high)
      select max(low)
      from search), (
      select max(seq)
      from messages
      where room_id = place.room) - 4999) and m.created_at >= ? and m.author_id = (
    select target.id
    from ( … as above ) as auth
    join users as target on target.name_key = ?
    left join members on members.user_id = target.id and members.room_id = auth.room_id
    where refusal is null and case
    when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
    when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
    when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
    when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
    when auth.role in ('member') then false
    when auth.role in ('guest') then false end) and m.deleted_at is null
  limit ?) as chosen
returning "room_id", "seq";

delete
from "reactions"
where (room_id, target) in (
  select messages.room_id, messages.seq
  from messages
  where (messages.room_id, messages.seq) in (
    select m.room_id, m.seq
    from (
      select (
        select room_id
        from ( … as above ) as auth
        where refusal is null and true) as room) as place cross
    join messages as m
    where m.room_id = place.room and m.seq >= max((
        with recursive search(low, high) as (
          select 1, 1 + coalesce((
              select max(seq)
              from messages
              where room_id = place.room), 0)
          union all
          select iif(m.created_at < ?, m.seq + 1, low), iif(m.created_at < ?, high, (low + high)/ 2)
          from search
          left join messages as m on m.room_id = place.room and m.seq = (
            select min(seq)
            from messages as n
            where n.room_id = place.room and n.seq >= (low + high)/ 2)
          where low < high)
        select max(low)
        from search), (
        select max(seq)
        from messages
        where room_id = place.room) - 4999) and m.created_at >= ? and m.author_id = (
      select target.id
      from ( … as above ) as auth
      join users as target on target.name_key = ?
      left join members on members.user_id = target.id and members.room_id = auth.room_id
      where refusal is null and case
      when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
      when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
      when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
      when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
      when auth.role in ('member') then false
      when auth.role in ('guest') then false end) and m.deleted_at is null
    limit ?) and messages.reactions is not null);

delete
from "mentions"
where (user_id, room_id, seq) in (
  select value ->> 'id', room_id, seq
  from (
    select room_id, seq, mentions as mentioned
    from messages
    where (room_id, seq) in (
      select m.room_id, m.seq
      from (
        select (
          select room_id
          from ( … as above ) as auth
          where refusal is null and true) as room) as place cross
      join messages as m
      where m.room_id = place.room and m.seq >= max((
          with recursive search(low, high) as (
            select 1, 1 + coalesce((
                select max(seq)
                from messages
                where room_id = place.room), 0)
            union all
            select iif(m.created_at < ?, m.seq + 1, low), iif(m.created_at < ?, high, (low + high)/ 2)
            from search
            left join messages as m on m.room_id = place.room and m.seq = (
              select min(seq)
              from messages as n
              where n.room_id = place.room and n.seq >= (low + high)/ 2)
            where low < high)
          select max(low)
          from search), (
          select max(seq)
          from messages
          where room_id = place.room) - 4999) and m.created_at >= ? and m.author_id = (
        select target.id
        from ( … as above ) as auth
        join users as target on target.name_key = ?
        left join members on members.user_id = target.id and members.room_id = auth.room_id
        where refusal is null and case
        when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
        when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
        when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
        when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
        when auth.role in ('member') then false
        when auth.role in ('guest') then false end) and m.deleted_at is null
      limit ?) and case
    when mentions is not null then true end
    limit - 1) cross
  join json_each(mentioned));

update "files"
set "state" = ?, "idempotency_key" = ?, "expires_at" = ?
where (room_id, id) in (
  select room_id, value ->> 'id'
  from (
    select room_id, files as sent
    from messages
    where (room_id, seq) in (
      select m.room_id, m.seq
      from (
        select (
          select room_id
          from ( … as above ) as auth
          where refusal is null and true) as room) as place cross
      join messages as m
      where m.room_id = place.room and m.seq >= max((
          with recursive search(low, high) as (
            select 1, 1 + coalesce((
                select max(seq)
                from messages
                where room_id = place.room), 0)
            union all
            select iif(m.created_at < ?, m.seq + 1, low), iif(m.created_at < ?, high, (low + high)/ 2)
            from search
            left join messages as m on m.room_id = place.room and m.seq = (
              select min(seq)
              from messages as n
              where n.room_id = place.room and n.seq >= (low + high)/ 2)
            where low < high)
          select max(low)
          from search), (
          select max(seq)
          from messages
          where room_id = place.room) - 4999) and m.created_at >= ? and m.author_id = (
        select target.id
        from ( … as above ) as auth
        join users as target on target.name_key = ?
        left join members on members.user_id = target.id and members.room_id = auth.room_id
        where refusal is null and case
        when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
        when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
        when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
        when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
        when auth.role in ('member') then false
        when auth.role in ('guest') then false end) and m.deleted_at is null
      limit ?) and case
    when files is not null then true end
    limit - 1) cross
  join json_each(sent)) and state = 'used'
returning "id";

update "messages"
set "text" = ?, "deleted_at" = ?, "mentions" = ?, "reactions" = ?, "files" = ?
where (messages.room_id, messages.seq) in (
  select m.room_id, m.seq
  from (
    select (
      select room_id
      from ( … as above ) as auth
      where refusal is null and true) as room) as place cross
  join messages as m
  where m.room_id = place.room and m.seq >= max((
      with recursive search(low, high) as (
        select 1, 1 + coalesce((
            select max(seq)
            from messages
            where room_id = place.room), 0)
        union all
        select iif(m.created_at < ?, m.seq + 1, low), iif(m.created_at < ?, high, (low + high)/ 2)
        from search
        left join messages as m on m.room_id = place.room and m.seq = (
          select min(seq)
          from messages as n
          where n.room_id = place.room and n.seq >= (low + high)/ 2)
        where low < high)
      select max(low)
      from search), (
      select max(seq)
      from messages
      where room_id = place.room) - 4999) and m.created_at >= ? and m.author_id = (
    select target.id
    from ( … as above ) as auth
    join users as target on target.name_key = ?
    left join members on members.user_id = target.id and members.room_id = auth.room_id
    where refusal is null and case
    when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
    when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
    when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
    when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
    when auth.role in ('member') then false
    when auth.role in ('guest') then false end) and m.deleted_at is null
  limit ?);

update "rooms"
set "pinned" = (
  select json_group_array(value)
  from json_each(rooms.pinned)
  where not (true and exists (
      select 1
      from messages
      where messages.room_id = rooms.id and messages.seq = json_each.value and deleted_at is not null)))
where id in (
  select (
    select room_id
    from ( … as above ) as auth
    where refusal is null and true) as room) and exists (
  select 1
  from json_each(rooms.pinned)
  where true and exists (
    select 1
    from messages
    where messages.room_id = rooms.id and messages.seq = json_each.value and deleted_at is not null))
returning "id", rooms.name as "room_name", "title", "topic", "readers", "posters", "slow_mode_seconds", "archived", "newcomer_link_seconds", "newcomer_mention_seconds", "newcomer_reaction_seconds", "reactions", "approval", "retention_days", "blocked_words", "first_seq", (
  select json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, newcomer_reaction_seconds, json(reactions), approval) || ''
  from site_settings
  where id = 1) as "of_site", (
  select users.name
  from users
  where users.id = rooms.owner_id) as "owner", coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id), 0) + rooms.member_offset as "member_count", rooms.pinned as "pinned_seqs", "created_at";

update "files"
set "state" = ?, "idempotency_key" = ?, "expires_at" = ?
where (room_id, id) in (
  select room_id, value ->> 'id'
  from held, json_each(held.files)
  where created_at in (
    select created_at
    from held indexed by held_author
    where room_id = (
      select room_id
      from ( … as above ) as auth
      where refusal is null and true) and author_id = (
      select target.id
      from ( … as above ) as auth
      join users as target on target.name_key = ?
      left join members on members.user_id = target.id and members.room_id = auth.room_id
      where refusal is null and case
      when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
      when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
      when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
      when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
      when auth.role in ('member') then false
      when auth.role in ('guest') then false end) and refused_at is null and created_at >= ?) and held.files is not null) and state = 'used'
returning "id";

update "held"
set "text" = ?, "mentioned" = ?, "refused_at" = ?, "files" = ?
where created_at in (
  select created_at
  from held indexed by held_author
  where room_id = (
    select room_id
    from ( … as above ) as auth
    where refusal is null and true) and author_id = (
    select target.id
    from ( … as above ) as auth
    join users as target on target.name_key = ?
    left join members on members.user_id = target.id and members.room_id = auth.room_id
    where refusal is null and case
    when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
    when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
    when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
    when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
    when auth.role in ('member') then false
    when auth.role in ('guest') then false end) and refused_at is null and created_at >= ?)
returning "id", "author_id", "room_id", (
  select name_key
  from rooms
  where rooms.id = room_id) as "refused_room_key";

select count(*) as "left_count"
from (
  select 1
  from (
    select (
      select room_id
      from ( … as above ) as auth
      where refusal is null and true) as room) as place cross
  join messages as m
  where m.room_id = place.room and m.seq >= max((
      with recursive search(low, high) as (
        select 1, 1 + coalesce((
            select max(seq)
            from messages
            where room_id = place.room), 0)
        union all
        select iif(m.created_at < ?, m.seq + 1, low), iif(m.created_at < ?, high, (low + high)/ 2)
        from search
        left join messages as m on m.room_id = place.room and m.seq = (
          select min(seq)
          from messages as n
          where n.room_id = place.room and n.seq >= (low + high)/ 2)
        where low < high)
      select max(low)
      from search), (
      select max(seq)
      from messages
      where room_id = place.room) - 4999) and m.created_at >= ? and m.author_id = (
    select target.id
    from ( … as above ) as auth
    join users as target on target.name_key = ?
    left join members on members.user_id = target.id and members.room_id = auth.room_id
    where refusal is null and case
    when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
    when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
    when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
    when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
    when auth.role in ('member') then false
    when auth.role in ('guest') then false end) and m.deleted_at is null);

select rooms.id as "deleted_room_id", name_key as "deleted_room_key"
from rooms
where id in (
  select (
    select room_id
    from ( … as above ) as auth
    where refusal is null and true) as room);

select auth.room_id as "target_room_id", target.id as "target_id", refusal is null and case
when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
when auth.role in ('member') then false
when auth.role in ('guest') then false end and not exists (
  select 1
  from (
    select user_id as id, subject, name_key
    from sanctions
    where room_id = (
      select id
      from rooms
      where name_key = ?) and kind = ? and user_id in (
      select id
      from users
      where name_key = ?
      union all
      select user_id
      from sanctions indexed by sanctions_name
      where room_id = (
        select id
        from rooms
        where name_key = ?) and name_key = ?
      union all
      select user_id
      from sanctions indexed by sanctions_last_name
      where room_id = (
        select id
        from rooms
        where name_key = ?) and last_name_key = ?
      union all
      select user_id
      from sanctions indexed by sanctions_subject
      where room_id = (
        select id
        from rooms
        where name_key = ?) and subject = (
        select subject
        from users
        where name_key = ?))) as found cross
  join users as holder on(holder.id = found.id or holder.subject = found.subject or holder.name_key = found.name_key)
  left join members as m on m.user_id = holder.id and m.room_id = auth.room_id
  where not case
  when auth.role in ('admin') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
  when auth.role in ('siteModerator') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('moderator', 'member', 'guest')
  when auth.role in ('owner') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('moderator', 'member', 'guest')
  when auth.role in ('moderator') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('member', 'guest')
  when auth.role in ('member') then false
  when auth.role in ('guest') then false end) as "may", target.name as "target_name", iif(owner_id = target.id, 'owner', ifnull(members.role, 'guest')) as "target_role", members.joined_at as "target_joined_at", (
  select json_object('until', until, 'reason', reason, 'networkUntil', iif(network_until > auth.now, network_until, null))
  from (
    select kind, until, reason, network_until
    from sanctions
    where room_id = auth.room_id and user_id = target.id
    union all
    select kind, until, reason, network_until
    from sanctions indexed by sanctions_name
    where room_id = auth.room_id and name_key = target.name_key
    union all
    select kind, until, reason, network_until
    from sanctions indexed by sanctions_subject
    where room_id = auth.room_id and subject = target.subject)
  where kind = ? and ifnull(until > auth.now, true)
  limit 1) as "target_ban", (
  select json_object('until', until, 'reason', reason, 'networkUntil', iif(network_until > auth.now, network_until, null))
  from (
    select kind, until, reason, network_until
    from sanctions
    where room_id = auth.room_id and user_id = target.id
    union all
    select kind, until, reason, network_until
    from sanctions indexed by sanctions_name
    where room_id = auth.room_id and name_key = target.name_key
    union all
    select kind, until, reason, network_until
    from sanctions indexed by sanctions_subject
    where room_id = auth.room_id and subject = target.subject)
  where kind = ? and ifnull(until > auth.now, true)
  limit 1) as "target_mute"
from ( … as above ) as auth
left join users as target on target.name_key = ?
left join members on members.user_id = target.id and members.room_id = auth.room_id;

insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, target.id, ?, auth.now
from ( … as above ) as auth
left join users as target on target.name_key = ?
left join members on members.user_id = target.id and members.room_id = auth.room_id
where refusal is null and case
when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
when auth.role in ('member') then false
when auth.role in ('guest') then false end and not exists (
  select 1
  from (
    select user_id as id, subject, name_key
    from sanctions
    where room_id = (
      select id
      from rooms
      where name_key = ?) and kind = ? and user_id in (
      select id
      from users
      where name_key = ?
      union all
      select user_id
      from sanctions indexed by sanctions_name
      where room_id = (
        select id
        from rooms
        where name_key = ?) and name_key = ?
      union all
      select user_id
      from sanctions indexed by sanctions_last_name
      where room_id = (
        select id
        from rooms
        where name_key = ?) and last_name_key = ?
      union all
      select user_id
      from sanctions indexed by sanctions_subject
      where room_id = (
        select id
        from rooms
        where name_key = ?) and subject = (
        select subject
        from users
        where name_key = ?))) as found cross
  join users as holder on(holder.id = found.id or holder.subject = found.subject or holder.name_key = found.name_key)
  left join members as m on m.user_id = holder.id and m.room_id = auth.room_id
  where not case
  when auth.role in ('admin') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
  when auth.role in ('siteModerator') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('moderator', 'member', 'guest')
  when auth.role in ('owner') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('moderator', 'member', 'guest')
  when auth.role in ('moderator') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('member', 'guest')
  when auth.role in ('member') then false
  when auth.role in ('guest') then false end) and exists (
  select 1
  from sanctions
  where room_id = (
    select id
    from rooms
    where name_key = ?) and kind = ? and user_id in (
    select id
    from users
    where name_key = ?
    union all
    select user_id
    from sanctions indexed by sanctions_name
    where room_id = (
      select id
      from rooms
      where name_key = ?) and name_key = ?
    union all
    select user_id
    from sanctions indexed by sanctions_last_name
    where room_id = (
      select id
      from rooms
      where name_key = ?) and last_name_key = ?
    union all
    select user_id
    from sanctions indexed by sanctions_subject
    where room_id = (
      select id
      from rooms
      where name_key = ?) and subject = (
      select subject
      from users
      where name_key = ?)) and (until is null or until > ?));

delete
from "sanctions"
where room_id = (
  select id
  from rooms
  where name_key = ?) and kind = ? and user_id in (
  select id
  from users
  where name_key = ?
  union all
  select user_id
  from sanctions indexed by sanctions_name
  where room_id = (
    select id
    from rooms
    where name_key = ?) and name_key = ?
  union all
  select user_id
  from sanctions indexed by sanctions_last_name
  where room_id = (
    select id
    from rooms
    where name_key = ?) and last_name_key = ?
  union all
  select user_id
  from sanctions indexed by sanctions_subject
  where room_id = (
    select id
    from rooms
    where name_key = ?) and subject = (
    select subject
    from users
    where name_key = ?)) and exists (
  select 1
  from ( … as above ) as auth
  left join users as target on target.name_key = ?
  left join members on members.user_id = target.id and members.room_id = auth.room_id
  where refusal is null and case
  when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
  when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
  when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
  when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
  when auth.role in ('member') then false
  when auth.role in ('guest') then false end and not exists (
    select 1
    from (
      select user_id as id, subject, name_key
      from sanctions
      where room_id = (
        select id
        from rooms
        where name_key = ?) and kind = ? and user_id in (
        select id
        from users
        where name_key = ?
        union all
        select user_id
        from sanctions indexed by sanctions_name
        where room_id = (
          select id
          from rooms
          where name_key = ?) and name_key = ?
        union all
        select user_id
        from sanctions indexed by sanctions_last_name
        where room_id = (
          select id
          from rooms
          where name_key = ?) and last_name_key = ?
        union all
        select user_id
        from sanctions indexed by sanctions_subject
        where room_id = (
          select id
          from rooms
          where name_key = ?) and subject = (
          select subject
          from users
          where name_key = ?))) as found cross
    join users as holder on(holder.id = found.id or holder.subject = found.subject or holder.name_key = found.name_key)
    left join members as m on m.user_id = holder.id and m.room_id = auth.room_id
    where not case
    when auth.role in ('admin') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
    when auth.role in ('siteModerator') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('moderator', 'member', 'guest')
    when auth.role in ('owner') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('moderator', 'member', 'guest')
    when auth.role in ('moderator') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('member', 'guest')
    when auth.role in ('member') then false
    when auth.role in ('guest') then false end))
returning "name", "name_key";

update "rooms"
set "member_offset" = coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id), 0) + rooms.member_offset - 1 - coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id and user_id not in (null)), 0)
where id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null and true) and exists (
  select 1
  from members
  where user_id = (null) and room_id = (
    select room_id
    from ( … as above ) as auth
    where refusal is null and true));

delete
from "members"
where user_id = (null) and room_id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null and true);
