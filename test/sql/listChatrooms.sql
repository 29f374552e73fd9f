select "id", rooms.name as "room_name", "title", "topic", "readers", "posters", "slow_mode_seconds", "archived", "newcomer_link_seconds", "reactions", "approval", "blocked_words", (
  select json_array(slow_mode_seconds, newcomer_link_seconds, json(reactions), approval)
  from site_settings
  where id = 1) as "of_site", (
  select users.name
  from users
  where users.id = rooms.owner_id) as "owner", coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id), 0) + rooms.member_offset as "member_count", rooms.pinned as "pinned_seqs", "created_at"
from "rooms"
where "rooms"."id" > ?
order by "rooms"."id" asc
limit 51;

select "id", rooms.name as "room_name", "title", "topic", "readers", "posters", "slow_mode_seconds", "archived", "newcomer_link_seconds", "reactions", "approval", "blocked_words", (
  select json_array(slow_mode_seconds, newcomer_link_seconds, json(reactions), approval)
  from site_settings
  where id = 1) as "of_site", (
  select users.name
  from users
  where users.id = rooms.owner_id) as "owner", coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id), 0) + rooms.member_offset as "member_count", rooms.pinned as "pinned_seqs", "created_at"
from "rooms"
where "rooms"."id" > ?
order by "rooms"."id" asc
limit 3;
