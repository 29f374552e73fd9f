select case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'site staff only' else 'invalid token' end as "site_refusal"
from (
  select 1);

select "id", rooms.name as "room_name", "title", "topic", "readers", "posters", "slow_mode_seconds", "archived", "newcomer_link_seconds", "newcomer_mention_seconds", "newcomer_reaction_seconds", "reactions", "approval", "retention_days", "blocked_words", "first_seq", (
  select json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, newcomer_reaction_seconds, json(reactions), approval) || ''
  from site_settings
  where id = 1) as "of_site", (
  select users.name
  from users
  where users.id = rooms.owner_id) as "owner", coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id), 0) + rooms.member_offset as "member_count", rooms.pinned as "pinned_seqs", "created_at"
from "rooms"
where "rooms"."id" < 1 + (
  select max(id)
  from rooms)
order by "rooms"."id" desc
limit ?;

select max("id")
from "rooms"
where "rooms"."id" < 1 + (
  select max(id)
  from rooms) - ?;

select "id", rooms.name as "room_name", "title", "topic", "readers", "posters", "slow_mode_seconds", "archived", "newcomer_link_seconds", "newcomer_mention_seconds", "newcomer_reaction_seconds", "reactions", "approval", "retention_days", "blocked_words", "first_seq", (
  select json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, newcomer_reaction_seconds, json(reactions), approval) || ''
  from site_settings
  where id = 1) as "of_site", (
  select users.name
  from users
  where users.id = rooms.owner_id) as "owner", coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id), 0) + rooms.member_offset as "member_count", rooms.pinned as "pinned_seqs", "created_at"
from "rooms"
where "rooms"."id" < ?
order by "rooms"."id" desc
limit ?;

select max("id")
from "rooms"
where "rooms"."id" < ? - ?;

select "id", rooms.name as "room_name", "title", "topic", "readers", "posters", "slow_mode_seconds", "archived", "newcomer_link_seconds", "newcomer_mention_seconds", "newcomer_reaction_seconds", "reactions", "approval", "retention_days", "blocked_words", "first_seq", (
  select json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, newcomer_reaction_seconds, json(reactions), approval) || ''
  from site_settings
  where id = 1) as "of_site", (
  select users.name
  from users
  where users.id = rooms.owner_id) as "owner", coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id), 0) + rooms.member_offset as "member_count", rooms.pinned as "pinned_seqs", "created_at"
from "rooms"
where "rooms"."id" < 1 + (
  select max(id)
  from rooms) and "rooms"."id" >= 1 + (
  select max(id)
  from rooms) - ? and instr("rooms"."name_key", ?)
order by "rooms"."id" desc
limit ?;

select "id", rooms.name as "room_name", "title", "topic", "readers", "posters", "slow_mode_seconds", "archived", "newcomer_link_seconds", "newcomer_mention_seconds", "newcomer_reaction_seconds", "reactions", "approval", "retention_days", "blocked_words", "first_seq", (
  select json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, newcomer_reaction_seconds, json(reactions), approval) || ''
  from site_settings
  where id = 1) as "of_site", (
  select users.name
  from users
  where users.id = rooms.owner_id) as "owner", coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id), 0) + rooms.member_offset as "member_count", rooms.pinned as "pinned_seqs", "created_at"
from "rooms"
where "rooms"."id" < ? and "rooms"."id" >= ? - ? and instr("rooms"."name_key", ?)
order by "rooms"."id" desc
limit ?;
