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

select "id"
from "users"
where "users"."id" = ?;

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", deleted_at, "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", bot, files, "users"."avatar", rooms.name as "room_name", in_room as "looked_room", at_seq as "looked_seq", is_theirs as "said_by_user", place = ? as "is_last"
from (
  select in_room, at_seq, ifnull(author_id = ? and text is not null, false) as is_theirs, row_number() over() as place
  from (
    select m.room_id as in_room, seq as at_seq, author_id, text
    from members as m
    left join messages on messages.room_id = m.room_id and seq < iif(m.room_id = ?, ?, ?)
    where m.user_id = ? and m.room_id <= ?
    order by m.room_id desc, seq desc
    limit ?)) as looked
left join "rooms" on is_theirs and rooms.id = in_room
left join "messages" on is_theirs and messages.room_id = in_room and messages.seq = at_seq
left join "users" on "users"."id" = "messages"."author_id"
where is_theirs or place = ?
limit ?;

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", deleted_at, "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", bot, files, "users"."avatar", rooms.name as "room_name", in_room as "looked_room", at_seq as "looked_seq", is_theirs as "said_by_user", place = ? as "is_last"
from (
  select in_room, at_seq, ifnull(author_id = ? and text is not null, false) as is_theirs, row_number() over() as place
  from (
    select room_id as in_room, seq as at_seq, author_id, text
    from messages
    where room_id = (
      select max(room_id)
      from sanctions
      where user_id = ? and kind = 'ban' and room_id <= ? and room_id > ?) and seq < iif((
        select max(room_id)
        from sanctions
        where user_id = ? and kind = 'ban' and room_id <= ? and room_id > ?) = ?, ?, ?)
    order by seq desc
    limit ?)) as looked
left join "rooms" on is_theirs and rooms.id = in_room
left join "messages" on is_theirs and messages.room_id = in_room and messages.seq = at_seq
left join "users" on "users"."id" = "messages"."author_id"
where is_theirs or place = ?
limit ?;

select max(room_id) as "banned_room"
from "sanctions"
where user_id = ? and kind = 'ban' and room_id <= ? and room_id > ?;
