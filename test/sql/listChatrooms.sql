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
where "rooms"."id" > ?
order by "rooms"."id" asc
limit ?;
