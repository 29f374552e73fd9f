select refusal as "refusal", room_id as "auth_room_id", user_id as "auth_user_id"
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
from (
  select (
    select webhooks.room_id
    from webhooks
    where webhooks.id = ? and webhooks.room_id = (
      select room_id
      from ( … as above ) as auth
      where refusal is null) and deleted_at is null and true) as room_id, caller.user_id as user_id, caller.now as now
  from (
    select *
    from ( … as above ) as auth) as caller) as auth
where auth.room_id is not null;

update "webhooks"
set "secret" = ?, "old_secret" = iif(old_secret_until > ?, iif(length(old_secret) < ?, secret || ' ' || old_secret, old_secret), secret), "old_secret_until" = ?
where webhooks.id = ? and webhooks.room_id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null) and deleted_at is null;

select webhooks.id as "webhook_id", rooms.name as "room_name", "webhooks"."url", "webhooks"."events", "webhooks"."format", "webhooks"."stopped", "webhooks"."stopped_at", webhooks.created_at as "webhook_created_at"
from "webhooks"
left join "rooms" on "rooms"."id" = "webhooks"."room_id"
where webhooks.id = ? and webhooks.room_id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null) and webhooks.deleted_at is null;
