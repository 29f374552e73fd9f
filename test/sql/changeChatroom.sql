select coalesce(refusal, iif(true, null, 'admins only')) as "given_refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name"
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when not (role not in ('siteModerator', 'moderator', 'member', 'guest') or role in ('siteModerator') and readers || posters || exists (
      select 1
      from users as owner
      where owner.id = owner_id) in ('anyoneanyone0', 'anyonemembers0', 'membersanyone0', 'membersmembers0')) then 'not allowed' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, users.id as user_id, users.name as user_name, ordinal, iif(owner_id = users.id and users.site_role is not 'admin', 'owner', coalesce(users.site_role, members.role, 'guest')) as role
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

select "id", rooms.name as "room_name", "title", "topic", "readers", "posters", max(0, iif(rooms.slow_mode_seconds, rooms.slow_mode_seconds, ifnull((
        select slow_mode_seconds
        from site_settings
        where id = 1), 0))) as "room_slow_mode_seconds", "archived", max(0, iif(rooms.newcomer_link_seconds, rooms.newcomer_link_seconds, ifnull((
        select newcomer_link_seconds
        from site_settings
        where id = 1), 0))) as "room_newcomer_link_seconds", coalesce(rooms.reactions, (
    select reactions
    from site_settings
    where id = 1)) as "room_reactions", coalesce(rooms.approval, (
    select approval
    from site_settings
    where id = 1)) as "room_approval", concat_ws(',', iif(rooms.slow_mode_seconds, 'slowModeSeconds', null), iif(rooms.newcomer_link_seconds, 'newcomerLinkSeconds', null), iif(rooms.blocked_words = '[]', null, 'blockedWords'), iif(rooms.reactions is null, null, 'reactions'), iif(rooms.approval is null, null, 'approval')) as "own_settings", (
  select users.name
  from users
  where users.id = rooms.owner_id) as "owner", coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id), 0) + rooms.member_offset as "member_count", rooms.pinned as "pinned_seqs", "created_at", case
when max(0, iif(rooms.slow_mode_seconds, rooms.slow_mode_seconds, ifnull((
        select slow_mode_seconds
        from site_settings
        where id = 1), 0))) > 10 then 'long wait'
when max(slow_mode_seconds, newcomer_link_seconds) < 1 and blocked_words in ('[]', '{}') and ifnull(approval, 'none') = 'none' and not exists (
  select 1
  from site_settings
  where id = 1 and (slow_mode_seconds + newcomer_link_seconds or blocked_words <> '[]' or approval <> 'none')) then 'none' else 'some' end as "room_rules"
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
