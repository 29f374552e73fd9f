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
    where a.room_id = auth.room_id), 0), ?, auth.user_id, null, json_object('seq', target), auth.now
from ( … as above ) as auth
join reports on reports.room_id = auth.room_id and reports.number = ?
where refusal is null and (resolved_at is null) = true;

update "reports"
set "resolved_at" = coalesce(resolved_at, ?)
where room_id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null and true) and number = ?
returning "number", "target", (
  select users.name
  from users
  where users.id = reporter_id) as "reporter_name", "reason", "created_at", "resolved_at";

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name"
from ( … as above ) as auth;

insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, null, json_object('seq', target), auth.now
from ( … as above ) as auth
join reports on reports.room_id = auth.room_id and reports.number = ?
where refusal is null and (resolved_at is null) = false;

update "reports"
set "resolved_at" = ?
where room_id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null and true) and number = ?
returning "number", "target", (
  select users.name
  from users
  where users.id = reporter_id) as "reporter_name", "reason", "created_at", "resolved_at";
