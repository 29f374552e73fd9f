select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", (
  select name
  from users as other
  where other.name_key = ?) as "holder_of_name"
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
    left join members on members.user_id = users.id and members.room_id = rooms.id)) as auth;

insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, null, ?, auth.now
from ( … as above ) as auth
where refusal is null and (
  select name
  from users as other
  where other.name_key = ?) is null and (
  select count(*)
  from hooks
  where hooks.room_id = auth.room_id) < ?;

insert into "hooks" ("id", "room_id", "name", "secret_hash", "created_at", "last_used_at")
select max(auth.now, 1 + ifnull((
      select max(id)
      from hooks), 0)), auth.room_id, ?, ?, auth.now, null
from ( … as above ) as auth
where refusal is null and (
  select name
  from users as other
  where other.name_key = ?) is null and (
  select count(*)
  from hooks
  where hooks.room_id = auth.room_id) < ?
returning "id", "name", "created_at", "last_used_at";
