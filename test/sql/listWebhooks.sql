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

select webhooks.id as "webhook_id", rooms.name as "room_name", "webhooks"."url", "webhooks"."events", "webhooks"."format", "webhooks"."stopped", "webhooks"."stopped_at", webhooks.created_at as "webhook_created_at"
from "webhooks"
left join "rooms" on "rooms"."id" = "webhooks"."room_id"
where webhooks.room_id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null) and webhooks.id < ? and webhooks.deleted_at is null
order by webhooks.id desc
limit ?;

select refusal as "refusal", room_id as "auth_room_id", user_id as "auth_user_id"
from ( … as above ) as auth;
