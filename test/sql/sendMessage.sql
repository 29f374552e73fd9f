insert into "messages" ("room_id", "seq", "author_id", "text", "created_at")
select room, seq, user, ?, at
from (
  select r.id room, u.id user, 1 + max(ifnull((
        select max(seq)
        from messages
        where room_id = r.id), 0), ifnull((
        select max(seq)
        from changes
        where room_id = r.id), 0)) seq, max(?, ifnull((
        select created_at
        from messages
        where room_id = r.id
        order by seq desc
        limit 1), 0)) at
  from rooms r
  join users u on u.token_hash = ?
  join members m on m.user_id = u.id and m.room_id = r.id
  where r.name_key = ? and not (u.banned_until > ? or not (owner_id is u.id or u.site_role is not null) and (exists (
        select 1
        from (
          select *
          from sanctions
          where room_id = r.id and user_id = u.id
          union all
          select *
          from sanctions indexed by sanctions_name
          where room_id = r.id and name_key = u.name_key
          union all
          select *
          from sanctions indexed by sanctions_subject
          where room_id = r.id and subject = u.subject)
        where ifnull(until > ?, 1)) or not (m.role <> 'member' or json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, blocked_words, approval) = ? and (
          select json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, blocked_words, approval)
          from site_settings
          where id = 1) is ?)) or archived))
returning "seq", "created_at", "room_id", "author_id", (
  select json_array(u.name, avatar, r.name)
  from users u, rooms r
  where u.id = author_id and r.id = room_id) as "names";

insert into "messages" ("room_id", "seq", "author_id", "text", "created_at", "mentions")
select room, seq, user, ?, at, (
  select nullif(json_group_array(json_object('id', id, 'name', name)), '[]')
  from (
    select id, name
    from (
      select min(written.key), place.key as place, users.id, users.name
      from json_each(?) as place cross
      join json_each(place.value) as written cross
      join users on name_key = written.value cross
      join members on user_id = users.id and room_id = room group by place.key) group by id
    order by min(place)
    limit 10))
from (
  select r.id room, u.id user, 1 + max(ifnull((
        select max(seq)
        from messages
        where room_id = r.id), 0), ifnull((
        select max(seq)
        from changes
        where room_id = r.id), 0)) seq, max(?, ifnull((
        select created_at
        from messages
        where room_id = r.id
        order by seq desc
        limit 1), 0)) at
  from rooms r
  join users u on u.token_hash = ?
  join members m on m.user_id = u.id and m.room_id = r.id
  where r.name_key = ? and not (u.banned_until > ? or not (owner_id is u.id or u.site_role is not null) and (exists (
        select 1
        from (
          select *
          from sanctions
          where room_id = r.id and user_id = u.id
          union all
          select *
          from sanctions indexed by sanctions_name
          where room_id = r.id and name_key = u.name_key
          union all
          select *
          from sanctions indexed by sanctions_subject
          where room_id = r.id and subject = u.subject)
        where ifnull(until > ?, 1)) or not (m.role <> 'member' or json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, blocked_words, approval) = ? and (
          select json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, blocked_words, approval)
          from site_settings
          where id = 1) is ?)) or archived))
returning "seq", "created_at", "room_id", "author_id", (
  select json_array(u.name, avatar, r.name)
  from users u, rooms r
  where u.id = author_id and r.id = room_id) as "names", "mentions";

insert into "mentions" ("user_id", "room_id", "seq", "created_at")
select value ->> 'id', room_id, seq, created_at
from messages, json_each(mentions)
where room_id = (
  select id
  from rooms
  where name_key = ?) and seq = (
  select max(seq)
  from messages as newest
  where newest.room_id = messages.room_id) and value ->> 'id' <> author_id
on conflict do nothing;

insert into "messages" ("room_id", "seq", "author_id", "text", "created_at", "idempotency_key", "key_hash")
select room, seq, user, ?, at, ?, ?
from (
  select r.id room, u.id user, 1 + max(ifnull((
        select max(seq)
        from messages
        where room_id = r.id), 0), ifnull((
        select max(seq)
        from changes
        where room_id = r.id), 0)) seq, max(?, ifnull((
        select created_at
        from messages
        where room_id = r.id
        order by seq desc
        limit 1), 0)) at
  from rooms r
  join users u on u.token_hash = ?
  join members m on m.user_id = u.id and m.room_id = r.id
  where r.name_key = ? and not (u.banned_until > ? or not (owner_id is u.id or u.site_role is not null) and (exists (
        select 1
        from (
          select *
          from sanctions
          where room_id = r.id and user_id = u.id
          union all
          select *
          from sanctions indexed by sanctions_name
          where room_id = r.id and name_key = u.name_key
          union all
          select *
          from sanctions indexed by sanctions_subject
          where room_id = r.id and subject = u.subject)
        where ifnull(until > ?, 1)) or not (m.role <> 'member' or json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, blocked_words, approval) = ? and (
          select json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, blocked_words, approval)
          from site_settings
          where id = 1) is ?)) or archived)
  limit 1)
where (
  select seq
  from messages indexed by messages_idempotency
  where room_id = room and author_id = user and idempotency_key in (?, ?)
  union all
  select 1
  from held
  where (room_id, author_id, idempotency_key) = (room, user, ?)
  limit 1) is null
returning "seq", "created_at", "room_id", "author_id", (
  select json_array(u.name, avatar, r.name)
  from users u, rooms r
  where u.id = author_id and r.id = room_id) as "names";
