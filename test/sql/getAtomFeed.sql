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
where rooms.name_key = ? and rooms.readers = 'anyone';

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", deleted_at, "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", bot, files, "users"."avatar", (
  select o.created_at
  from messages as o
  where o.room_id = messages.room_id and o.seq = messages.reply_to) as "original_at"
from "messages"
left join "users" on "users"."id" = "messages"."author_id"
where messages.room_id = (
  select id
  from rooms
  where rooms.name_key = ? and rooms.readers = 'anyone') and messages.text is not null and messages.seq >= (
  select min(seq)
  from (
    select seq
    from messages as m
    where m.room_id = (
      select id
      from rooms
      where rooms.name_key = ? and rooms.readers = 'anyone')
    order by seq desc
    limit 100))
order by "messages"."seq" desc
limit 50;
