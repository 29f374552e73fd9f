select null as "creation_refusal"
from (
  select 1);

select "id"
from "users"
where users.token_hash = ?;

insert into "rooms" ("id", "name", "name_key", "title", "member_offset", "created_at", "owner_id", "topic", "readers", "posters", "slow_mode_seconds", "archived", "newcomer_link_seconds", "blocked_words", "reactions", "pinned", "approval", "newcomer_mention_seconds", "newcomer_reaction_seconds")
select null, ?, ?, ?, ?, ?, users.id, null, ?, ?, ?, ?, ?, ?, null, ?, null, ?, ?
from (
  select 1)
left join users on users.token_hash = ?
where users.id is not null and null is null and not exists (
  select 1
  from rooms
  where name_key = ?)
returning "id";

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
    where room_id = rooms.id), 0) + rooms.member_offset as "member_count", rooms.pinned as "pinned_seqs", "created_at"
from "rooms"
where name_key = ?;
