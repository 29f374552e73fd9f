select json_group_array(json_array("rooms"."id", rooms.name, "rooms"."title", "rooms"."topic", "rooms"."readers", "rooms"."posters", "rooms"."slow_mode_seconds", "rooms"."archived", "rooms"."newcomer_link_seconds", "rooms"."newcomer_mention_seconds", "rooms"."newcomer_reaction_seconds", "rooms"."reactions", "rooms"."approval", "rooms"."retention_days", "rooms"."blocked_words", "rooms"."first_seq", (
      select json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, newcomer_reaction_seconds, json(reactions), approval) || ''
      from site_settings
      where id = 1), (
      select users.name
      from users
      where users.id = rooms.owner_id), coalesce((
        select max(ordinal)
        from members
        where room_id = rooms.id), 0) + rooms.member_offset, rooms.pinned, "rooms"."created_at")) as "page"
from (
  select *
  from rooms
  where id > ?
  order by id
  limit 51) as rooms;

select json_group_array(json_array("rooms"."id", rooms.name, "rooms"."title", "rooms"."topic", "rooms"."readers", "rooms"."posters", "rooms"."slow_mode_seconds", "rooms"."archived", "rooms"."newcomer_link_seconds", "rooms"."newcomer_mention_seconds", "rooms"."newcomer_reaction_seconds", "rooms"."reactions", "rooms"."approval", "rooms"."retention_days", "rooms"."blocked_words", "rooms"."first_seq", (
      select json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, newcomer_reaction_seconds, json(reactions), approval) || ''
      from site_settings
      where id = 1), (
      select users.name
      from users
      where users.id = rooms.owner_id), coalesce((
        select max(ordinal)
        from members
        where room_id = rooms.id), 0) + rooms.member_offset, rooms.pinned, "rooms"."created_at")) as "page"
from (
  select *
  from rooms
  where id > ?
  order by id
  limit 3) as rooms;

select json_group_array(json_array("rooms"."id", rooms.name, "rooms"."title", "rooms"."topic", "rooms"."readers", "rooms"."posters", "rooms"."slow_mode_seconds", "rooms"."archived", "rooms"."newcomer_link_seconds", "rooms"."newcomer_mention_seconds", "rooms"."newcomer_reaction_seconds", "rooms"."reactions", "rooms"."approval", "rooms"."retention_days", "rooms"."blocked_words", "rooms"."first_seq", (
      select json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, newcomer_reaction_seconds, json(reactions), approval) || ''
      from site_settings
      where id = 1), (
      select users.name
      from users
      where users.id = rooms.owner_id), coalesce((
        select max(ordinal)
        from members
        where room_id = rooms.id), 0) + rooms.member_offset, rooms.pinned, "rooms"."created_at", max(ifnull((
          select max(seq)
          from messages
          where room_id = rooms.id), 0), ifnull((
          select max(seq)
          from changes
          where room_id = rooms.id), 0)) - max(ifnull((
          select totals.empty_numbers
          from rooms as totals
          where totals.id = rooms.id), 0), ifnull((
          select ifnull(empty_numbers, max(ifnull((
                  select max(seq)
                  from messages
                  where room_id = rooms.id), 0), ifnull((
                  select max(seq)
                  from changes
                  where room_id = rooms.id), 0)) - (
              select count(*)
              from messages
              where room_id = rooms.id and text is not null))
          from changes
          where room_id = rooms.id
          order by seq desc
          limit 1), 0)), ifnull((
        select created_at
        from messages
        where room_id = rooms.id and seq > (
          select max(seq)
          from messages
          where room_id = rooms.id) - 50 and text is not null
        order by seq desc
        limit 1), (
        select created_at
        from messages
        where room_id = rooms.id
        order by seq desc
        limit 1)))) as "counted"
from json_each(?) as asked cross
join rooms on rooms.name_key = asked.value;
