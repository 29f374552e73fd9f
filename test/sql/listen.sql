select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", role as "role", first_seq as "first", max(coalesce((
      select max(seq)
      from messages
      where messages.room_id = auth.room_id), 0), coalesce((
      select max(seq)
      from changes
      where changes.room_id = auth.room_id), 0)) as "last", auth.room_id + ifnull((
    select cast(version as integer)
    from versions
    where subject = 'history'), 0) as "history"
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when banned_until > now then 'banned
  from site'
  when not (role = 'admin' or role = 'siteModerator' or role = 'owner') and sanction = 'ban' then 'banned'
  when not (role not in ('guest') or readers || posters in ('anyoneanyone', 'anyonemembers')) then 'members only' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, users.id as user_id, users.name as user_name, ordinal, first_seq, iif(owner_id = users.id and users.site_role is not 'admin', 'owner', coalesce(users.site_role, members.role, 'guest')) as role, (users.site_role is null)*users.banned_until as banned_until, (
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

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", deleted_at, "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", bot, files, "users"."avatar"
from "messages"
left join "users" on "users"."id" = "messages"."author_id"
where messages.room_id = (
  select id
  from rooms
  where name_key = ?) and messages.seq > ?
order by "messages"."seq" asc
limit ?;

select "changes"."type", changes.seq as "change_seq", "changes"."target", "users"."id", "users"."name", "messages"."text", "messages"."reactions", "changes"."reaction", "changes"."is_added", changes.created_at as "changed_at"
from "changes"
left join "messages" on messages.room_id = changes.room_id and messages.seq = changes.target
left join "users" on "users"."id" = "changes"."actor_id"
where changes.room_id = (
  select id
  from rooms
  where name_key = ?) and changes.seq > ?
order by "changes"."seq" asc
limit ?;

insert into "listeners" ("user_id", "room_key")
select user_id, ?
from ( … as above ) as auth
where refusal is null and user_id is not null
on conflict do nothing;

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", role as "role", first_seq as "first", max(coalesce((
      select max(seq)
      from messages
      where messages.room_id = auth.room_id), 0), coalesce((
      select max(seq)
      from changes
      where changes.room_id = auth.room_id), 0)) as "last", auth.room_id + ifnull((
    select cast(version as integer)
    from versions
    where subject = 'history'), 0) as "history"
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when user_key <> ? then 'not you'
  when banned_until > now then 'banned
  from site'
  when not (role = 'admin' or role = 'siteModerator' or role = 'owner') and sanction = 'ban' then 'banned'
  when not (role not in ('guest') or readers || posters in ('anyoneanyone', 'anyonemembers')) then 'members only' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, users.id as user_id, users.name as user_name, ordinal, users.name_key as user_key, first_seq, iif(owner_id = users.id and users.site_role is not 'admin', 'owner', coalesce(users.site_role, members.role, 'guest')) as role, (users.site_role is null)*users.banned_until as banned_until, (
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
