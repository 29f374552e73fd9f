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
join (
  select author_id as id, coalesce(author.name, former.name) as name, coalesce(author.name_key, former.name_key) as name_key, coalesce(author.subject, former.subject) as subject, author.site_role
  from messages
  left join users as author on author.id = author_id
  left join former_users as former on former.id = author_id
  where room_id = (
    select id
    from rooms
    where rooms.name_key = ?) and seq = ?) as target on target.name is not null
left join members on members.user_id = target.id and members.room_id = auth.room_id
where refusal is null and case
when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
when auth.role in ('member') then false
when auth.role in ('guest') then false end and not exists (
  select 1
  from users as holder
  left join members as m on m.user_id = holder.id and m.room_id = auth.room_id
  where (holder.id = target.id or holder.subject = target.subject or holder.name_key = target.name_key) and not case
  when auth.role in ('admin') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
  when auth.role in ('siteModerator') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('moderator', 'member', 'guest')
  when auth.role in ('owner') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('moderator', 'member', 'guest')
  when auth.role in ('moderator') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('member', 'guest')
  when auth.role in ('member') then false
  when auth.role in ('guest') then false end);

insert into "sanctions" ("room_id", "user_id", "kind", "name_key", "until", "reason", "created_at", "name", "subject", "last_name_key", "network", "network_until", "network_since")
select auth.room_id, target.id, ?, target.name_key, ?, ?, auth.now, target.name, target.subject, null, ?, ?, ?
from ( … as above ) as auth
join (
  select author_id as id, coalesce(author.name, former.name) as name, coalesce(author.name_key, former.name_key) as name_key, coalesce(author.subject, former.subject) as subject, author.site_role
  from messages
  left join users as author on author.id = author_id
  left join former_users as former on former.id = author_id
  where room_id = (
    select id
    from rooms
    where rooms.name_key = ?) and seq = ?) as target on target.name is not null
left join members on members.user_id = target.id and members.room_id = auth.room_id
where refusal is null and case
when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
when auth.role in ('member') then false
when auth.role in ('guest') then false end and not exists (
  select 1
  from users as holder
  left join members as m on m.user_id = holder.id and m.room_id = auth.room_id
  where (holder.id = target.id or holder.subject = target.subject or holder.name_key = target.name_key) and not case
  when auth.role in ('admin') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
  when auth.role in ('siteModerator') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('moderator', 'member', 'guest')
  when auth.role in ('owner') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('moderator', 'member', 'guest')
  when auth.role in ('moderator') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('member', 'guest')
  when auth.role in ('member') then false
  when auth.role in ('guest') then false end)
on conflict("sanctions"."room_id", "sanctions"."user_id", "sanctions"."kind") do update
set "name_key" = excluded.name_key, "until" = excluded.until, "reason" = excluded.reason, "created_at" = excluded.created_at, "name" = excluded.name, "subject" = excluded.subject, "network" = excluded.network, "network_until" = excluded.network_until, "network_since" = excluded.network_since
returning "network_until";

select holder.id as "holder_id", holder.name as "holder_name"
from ( … as above ) as auth
join (
  select author_id as id, coalesce(author.name, former.name) as name, coalesce(author.name_key, former.name_key) as name_key, coalesce(author.subject, former.subject) as subject, author.site_role
  from messages
  left join users as author on author.id = author_id
  left join former_users as former on former.id = author_id
  where room_id = (
    select id
    from rooms
    where rooms.name_key = ?) and seq = ?) as target on target.name is not null
left join members on members.user_id = target.id and members.room_id = auth.room_id cross
join users as holder on(holder.id = target.id or holder.subject = target.subject or holder.name_key = target.name_key)
where refusal is null and case
when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
when auth.role in ('member') then false
when auth.role in ('guest') then false end and not exists (
  select 1
  from users as holder
  left join members as m on m.user_id = holder.id and m.room_id = auth.room_id
  where (holder.id = target.id or holder.subject = target.subject or holder.name_key = target.name_key) and not case
  when auth.role in ('admin') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
  when auth.role in ('siteModerator') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('moderator', 'member', 'guest')
  when auth.role in ('owner') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('moderator', 'member', 'guest')
  when auth.role in ('moderator') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('member', 'guest')
  when auth.role in ('member') then false
  when auth.role in ('guest') then false end) and holder.id <> target.id;

update "rooms"
set "member_offset" = coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id), 0) + rooms.member_offset - (
  select count(*)
  from members
  where (user_id, room_id) in (
    select holder.id, auth.room_id
    from ( … as above ) as auth
    join (
      select author_id as id, coalesce(author.name, former.name) as name, coalesce(author.name_key, former.name_key) as name_key, coalesce(author.subject, former.subject) as subject, author.site_role
      from messages
      left join users as author on author.id = author_id
      left join former_users as former on former.id = author_id
      where room_id = (
        select id
        from rooms
        where rooms.name_key = ?) and seq = ?) as target on target.name is not null
    left join members on members.user_id = target.id and members.room_id = auth.room_id cross
    join users as holder on(holder.id = target.id or holder.subject = target.subject or holder.name_key = target.name_key)
    where refusal is null and case
    when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
    when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
    when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
    when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
    when auth.role in ('member') then false
    when auth.role in ('guest') then false end and not exists (
      select 1
      from users as holder
      left join members as m on m.user_id = holder.id and m.room_id = auth.room_id
      where (holder.id = target.id or holder.subject = target.subject or holder.name_key = target.name_key) and not case
      when auth.role in ('admin') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
      when auth.role in ('siteModerator') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('moderator', 'member', 'guest')
      when auth.role in ('owner') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('moderator', 'member', 'guest')
      when auth.role in ('moderator') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('member', 'guest')
      when auth.role in ('member') then false
      when auth.role in ('guest') then false end))) - coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id and user_id not in (
      select holder.id
      from ( … as above ) as auth
      join (
        select author_id as id, coalesce(author.name, former.name) as name, coalesce(author.name_key, former.name_key) as name_key, coalesce(author.subject, former.subject) as subject, author.site_role
        from messages
        left join users as author on author.id = author_id
        left join former_users as former on former.id = author_id
        where room_id = (
          select id
          from rooms
          where rooms.name_key = ?) and seq = ?) as target on target.name is not null
      left join members on members.user_id = target.id and members.room_id = auth.room_id cross
      join users as holder on(holder.id = target.id or holder.subject = target.subject or holder.name_key = target.name_key)
      where refusal is null and case
      when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
      when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
      when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
      when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
      when auth.role in ('member') then false
      when auth.role in ('guest') then false end and not exists (
        select 1
        from users as holder
        left join members as m on m.user_id = holder.id and m.room_id = auth.room_id
        where (holder.id = target.id or holder.subject = target.subject or holder.name_key = target.name_key) and not case
        when auth.role in ('admin') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
        when auth.role in ('siteModerator') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('moderator', 'member', 'guest')
        when auth.role in ('owner') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('moderator', 'member', 'guest')
        when auth.role in ('moderator') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('member', 'guest')
        when auth.role in ('member') then false
        when auth.role in ('guest') then false end))), 0)
where id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null and true) and exists (
  select 1
  from members
  where (user_id, room_id) in (
    select holder.id, auth.room_id
    from ( … as above ) as auth
    join (
      select author_id as id, coalesce(author.name, former.name) as name, coalesce(author.name_key, former.name_key) as name_key, coalesce(author.subject, former.subject) as subject, author.site_role
      from messages
      left join users as author on author.id = author_id
      left join former_users as former on former.id = author_id
      where room_id = (
        select id
        from rooms
        where rooms.name_key = ?) and seq = ?) as target on target.name is not null
    left join members on members.user_id = target.id and members.room_id = auth.room_id cross
    join users as holder on(holder.id = target.id or holder.subject = target.subject or holder.name_key = target.name_key)
    where refusal is null and case
    when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
    when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
    when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
    when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
    when auth.role in ('member') then false
    when auth.role in ('guest') then false end and not exists (
      select 1
      from users as holder
      left join members as m on m.user_id = holder.id and m.room_id = auth.room_id
      where (holder.id = target.id or holder.subject = target.subject or holder.name_key = target.name_key) and not case
      when auth.role in ('admin') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
      when auth.role in ('siteModerator') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('moderator', 'member', 'guest')
      when auth.role in ('owner') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('moderator', 'member', 'guest')
      when auth.role in ('moderator') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('member', 'guest')
      when auth.role in ('member') then false
      when auth.role in ('guest') then false end)));

delete
from "members"
where (user_id, room_id) in (
  select holder.id, auth.room_id
  from ( … as above ) as auth
  join (
    select author_id as id, coalesce(author.name, former.name) as name, coalesce(author.name_key, former.name_key) as name_key, coalesce(author.subject, former.subject) as subject, author.site_role
    from messages
    left join users as author on author.id = author_id
    left join former_users as former on former.id = author_id
    where room_id = (
      select id
      from rooms
      where rooms.name_key = ?) and seq = ?) as target on target.name is not null
  left join members on members.user_id = target.id and members.room_id = auth.room_id cross
  join users as holder on(holder.id = target.id or holder.subject = target.subject or holder.name_key = target.name_key)
  where refusal is null and case
  when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
  when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
  when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
  when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
  when auth.role in ('member') then false
  when auth.role in ('guest') then false end and not exists (
    select 1
    from users as holder
    left join members as m on m.user_id = holder.id and m.room_id = auth.room_id
    where (holder.id = target.id or holder.subject = target.subject or holder.name_key = target.name_key) and not case
    when auth.role in ('admin') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
    when auth.role in ('siteModerator') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('moderator', 'member', 'guest')
    when auth.role in ('owner') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('moderator', 'member', 'guest')
    when auth.role in ('moderator') then iif(owner_id = holder.id and holder.site_role is not 'admin', 'owner', coalesce(holder.site_role, m.role, 'guest')) in ('member', 'guest')
    when auth.role in ('member') then false
    when auth.role in ('guest') then false end));

select auth.room_id as "target_room_id", target.id as "target_id", refusal is null and case
when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
when auth.role in ('member') then false
when auth.role in ('guest') then false end and not exists (
  select 1
  from users as holder
  left join members as m on m.user_id = holder.id and m.room_id = auth.room_id
  where (holder.id = target.id or holder.subject = target.subject or holder.name_key = target.name_key) and not case
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
join (
  select author_id as id, coalesce(author.name, former.name) as name, coalesce(author.name_key, former.name_key) as name_key, coalesce(author.subject, former.subject) as subject, author.site_role
  from messages
  left join users as author on author.id = author_id
  left join former_users as former on former.id = author_id
  where room_id = (
    select id
    from rooms
    where rooms.name_key = ?) and seq = ?) as target on target.name is not null
left join members on members.user_id = target.id and members.room_id = auth.room_id;

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name"
from ( … as above ) as auth;

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
