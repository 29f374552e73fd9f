select coalesce(refusal, iif(true, null, 'admins only')) as "given_refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name"
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
where refusal is null and true and true and exists (
  select 1
  from rooms
  where id = auth.room_id and ("rooms"."topic" is not ? or "rooms"."slow_mode_seconds" is not ? or "rooms"."blocked_words" is not ?));

update "rooms"
set "owner_id" = owner_id, "topic" = ?, "slow_mode_seconds" = ?, "blocked_words" = ?
where id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null and true) and true;

select "id", rooms.name as "room_name", "title", "topic", "readers", "posters", "slow_mode_seconds", "archived", "newcomer_link_seconds", "newcomer_mention_seconds", "newcomer_reaction_seconds", "reactions", "approval", "retention_days", "blocked_words", "first_seq", (
  select json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, newcomer_reaction_seconds, json(reactions), approval) || ''
  from site_settings
  where id = 1) as "of_site", (
  select users.name
  from users
  where users.id = rooms.owner_id) as "owner", coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id), 0) + rooms.member_offset as "member_count", rooms.pinned as "pinned_seqs", "created_at", json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, blocked_words, approval) as "rules_of_room", (
  select json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, blocked_words, approval)
  from site_settings
  where id = 1) as "rules_of_site"
from "rooms"
where name_key = ?;

select coalesce(refusal, iif(auth.role in ('admin', 'owner'), null, 'admins only')) as "given_refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name"
from ( … as above ) as auth;

insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, (
  select id
  from users
  where name_key = ?), ?, auth.now
from ( … as above ) as auth
where refusal is null and auth.role in ('admin', 'owner') and (
  select id
  from users
  where name_key = ?) is not null and exists (
  select 1
  from rooms
  where id = auth.room_id and (rooms.owner_id is not (
      select id
      from users
      where name_key = ?)));

select "id"
from "users"
where name_key = ?;

update "rooms"
set "owner_id" = (
  select id
  from users
  where name_key = ?)
where id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null and auth.role in ('admin', 'owner')) and (
  select id
  from users
  where name_key = ?) is not null;
