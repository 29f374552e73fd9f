select case
when users.token_hash = ? or exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'not you' else 'invalid token' end as "refusal"
from users
where id = ?;

select lines, rows, size, place
from (
  select group_concat(line, char(10)) as lines, count(*) as rows, max(size) as size, place
  from (
    select line, place, 1 + ifnull(octet_length(line), 0) as own, sum(1 + ifnull(octet_length(line), 0)) over(rows unbounded preceding) as size
    from (
      select '{"type":"user"' || ifnull(',"id":' || id, '') || ifnull(',"name":' || nullif(json_quote(name), 'null'), '') || ifnull(',"createdAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', created_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"protected":' || iif(protected, 'true', null), '') || ifnull(',"avatar":' || nullif(json_quote(avatar), 'null'), '') || ifnull(',"role":' || nullif(json_quote(iif(site_role = 'siteModerator', 'moderator', site_role)), 'null'), '') || ifnull(',"subject":' || nullif(json_quote(subject), 'null'), '') || ifnull(',"loginName":' || nullif(json_quote(login_name), 'null'), '') || ifnull(',"approvedAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', approved_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"bannedUntil":' || iif(banned_until = 9007199254740991, '"forever"', '"' || strftime('%Y-%m-%dT%H:%M:%fZ', nullif(banned_until, 0)/1000.0, 'unixepoch') || '"'), '') || '}' as line, json_array(id) as place
      from users
      where id = ? and (id) > (?)
      limit 1000) as row) as sized
  where size - own < 200000);

select lines, rows, size, place
from (
  select group_concat(line, char(10)) as lines, count(*) as rows, max(size) as size, place
  from (
    select line, place, 1 + ifnull(octet_length(line), 0) as own, sum(1 + ifnull(octet_length(line), 0)) over(rows unbounded preceding) as size
    from (
      select iif(exists (
          select 1
          from rooms
          where rooms.id = room_id), '{"type":"member"' || ifnull(',"room":' || room_id, '') || ifnull(',"ordinal":' || ordinal, '') || ifnull(',"user":' || user_id, '') || ifnull(',"joinedAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', joined_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"role":' || nullif(nullif(json_quote(role), 'null'), '"member"'), '') || ifnull(',"lastSentAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', last_sent_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"readSeq":' || nullif(read_seq, 0), '') || '}', null) as line, json_array(room_id) as place
      from members
      where user_id = ? and (room_id) > (?)
      order by room_id
      limit 1000) as row) as sized
  where size - own < 200000);

select group_concat(line, char(10)) as "lines"
from (
  select '{"type":"room"' || ifnull(',"id":' || id, '') || ifnull(',"name":' || nullif(json_quote(name), 'null'), '') || ifnull(',"createdAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', created_at/1000.0, 'unixepoch') || '"', '') || '}' as line
  from rooms
  where id in (
    select value
    from json_each(?))
  order by id);

select lines, rows, size, place
from (
  select group_concat(line, char(10)) as lines, count(*) as rows, max(size) as size, place
  from (
    select line, place, 1 + ifnull(octet_length(line), 0) as own, sum(1 + ifnull(octet_length(line), 0)) over(rows unbounded preceding) as size
    from (
      select nullif(concat_ws(char(10), iif(author_id = ?, iif(exists (
                select 1
                from rooms
                where rooms.id = room_id), '{"type":"message"' || ifnull(',"room":' || room_id, '') || ifnull(',"seq":' || seq, '') || ifnull(',"author":' || max(author_id, 0), '') || ifnull(',"hook":' || iif(author_id < 0, -author_id, null), '') || ifnull(',"bot":' || nullif(json_quote(bot), 'null'), '') || ifnull(',"text":' || nullif(json_quote(text), 'null'), '') || ifnull(',"createdAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', created_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"editedAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', edited_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"deletedAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', deleted_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"replyTo":' || reply_to, '') || ifnull(',"mentions":' || json(mentions), '') || ifnull(',"files":' || iif(messages.files is null, null, (
                    select '[' || group_concat('{"id":' || json_quote((sent.value ->> 'id')) || ifnull(',"name":' || nullif(json_quote((sent.value ->> 'name')), 'null'), '') || ifnull(',"type":' || nullif(json_quote((sent.value ->> 'type')), 'null'), '') || ifnull(',"bytes":' || (sent.value ->> 'bytes'), '') || ifnull(',"width":' || (sent.value ->> 'width'), '') || ifnull(',"height":' || (sent.value ->> 'height'), '') || ifnull(',"description":' || nullif(json_quote((sent.value ->> 'description')), 'null'), '') || ifnull(',"signed":' || iif((sent.value ->> 'room') is not null, 'true', null), '') || ifnull(',"hash":' || nullif(json_quote((
                              select hash
                              from files as stored
                              where stored.room_id = messages.room_id and stored.id = (sent.value ->> 'id'))), 'null'), '') || '}') || ']'
                    from json_each(messages.files) as sent)), '') || '}', null), null), nullif(ltrim(iif(exists (
                  select 1
                  from rooms
                  where rooms.id = room_id), iif(messages.reactions is null, '', ifnull((
                      select group_concat(char(10) || '{"type":"reaction"' || ifnull(',"room":' || messages.room_id, '') || ifnull(',"message":' || messages.seq, '') || ifnull(',"reaction":' || nullif(json_quote(emoji.key), 'null'), '') || ifnull(',"users":' || '[' || users || ']', '') || '}', '')
                      from (
                        select key, (
                          select user_id
                          from reactions
                          where room_id = messages.room_id and target = messages.seq and reaction = emoji.key and user_id = 172) as users
                        from json_each(messages.reactions) as emoji) as emoji
                      where users is not null), '')), null), char(10)), '')), '') as line, json_array(room_id, seq) as place
      from messages
      where (room_id, seq) > (?, ?)
      order by room_id, seq
      limit 10000) as row) as sized
  where size - own < 200000);

select lines, rows, size, place
from (
  select group_concat(line, char(10)) as lines, count(*) as rows, max(size) as size, place
  from (
    select line, place, 1 + ifnull(octet_length(line), 0) as own, sum(1 + ifnull(octet_length(line), 0)) over(rows unbounded preceding) as size
    from (
      select iif(exists (
          select 1
          from rooms
          where rooms.id = room_id), '{"type":"mention"' || ifnull(',"room":' || room_id, '') || ifnull(',"message":' || seq, '') || ifnull(',"createdAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', created_at/1000.0, 'unixepoch') || '"', '') || '}', null) as line, json_array(room_id, seq) as place
      from mentions
      where user_id = ? and (room_id, seq) > (?, ?)
      order by room_id, seq
      limit 1000) as row) as sized
  where size - own < 200000);

select lines, rows, size, place
from (
  select group_concat(line, char(10)) as lines, count(*) as rows, max(size) as size, place
  from (
    select line, place, 1 + ifnull(octet_length(line), 0) as own, sum(1 + ifnull(octet_length(line), 0)) over(rows unbounded preceding) as size
    from (
      select iif(author_id = ?, iif(exists (
            select 1
            from rooms
            where rooms.id = room_id), '{"type":"held"' || ifnull(',"room":' || room_id, '') || ifnull(',"id":' || nullif(json_quote(id), 'null'), '') || ifnull(',"author":' || author_id, '') || ifnull(',"createdAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', created_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"text":' || nullif(json_quote(text), 'null'), '') || ifnull(',"files":' || iif(held.files is null, null, (
                select '[' || group_concat('{"id":' || json_quote((sent.value ->> 'id')) || ifnull(',"name":' || nullif(json_quote((sent.value ->> 'name')), 'null'), '') || ifnull(',"type":' || nullif(json_quote((sent.value ->> 'type')), 'null'), '') || ifnull(',"bytes":' || (sent.value ->> 'bytes'), '') || ifnull(',"width":' || (sent.value ->> 'width'), '') || ifnull(',"height":' || (sent.value ->> 'height'), '') || ifnull(',"description":' || nullif(json_quote((sent.value ->> 'description')), 'null'), '') || ifnull(',"signed":' || iif((sent.value ->> 'room') is not null, 'true', null), '') || ifnull(',"hash":' || nullif(json_quote((
                          select hash
                          from files as stored
                          where stored.room_id = held.room_id and stored.id = (sent.value ->> 'id'))), 'null'), '') || '}') || ']'
                from json_each(held.files) as sent)), '') || ifnull(',"replyTo":' || reply_to, '') || ifnull(',"target":' || target, '') || ifnull(',"refusedAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', refused_at/1000.0, 'unixepoch') || '"', '') || '}', null), null) as line, json_array(created_at) as place
      from held
      where created_at > ?
      order by created_at
      limit 10000) as row) as sized
  where size - own < 200000);

select lines, rows, size, place
from (
  select group_concat(line, char(10)) as lines, count(*) as rows, max(size) as size, place
  from (
    select line, place, 1 + ifnull(octet_length(line), 0) as own, sum(1 + ifnull(octet_length(line), 0)) over(rows unbounded preceding) as size
    from (
      select iif(exists (
          select 1
          from rooms
          where rooms.id = room_id), '{"type":"report"' || ifnull(',"room":' || room_id, '') || ifnull(',"number":' || number, '') || ifnull(',"message":' || target, '') || ifnull(',"reporter":' || reporter_id, '') || ifnull(',"reason":' || nullif(json_quote(nullif(reason, '')), 'null'), '') || ifnull(',"createdAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', created_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"resolvedAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', resolved_at/1000.0, 'unixepoch') || '"', '') || '}', null) as line, json_array(created_at, room_id, number) as place
      from reports
      where reporter_id = ? and (created_at, room_id, number) > (?, ?, ?)
      order by created_at, room_id, number
      limit 1000) as row) as sized
  where size - own < 200000);

select lines, rows, size, place
from (
  select group_concat(line, char(10)) as lines, count(*) as rows, max(size) as size, place
  from (
    select line, place, 1 + ifnull(octet_length(line), 0) as own, sum(1 + ifnull(octet_length(line), 0)) over(rows unbounded preceding) as size
    from (
      select iif(room_id = 0 or exists (
          select 1
          from rooms
          where rooms.id = room_id), '{"type":"sanction"' || ifnull(',"room":' || nullif(room_id, 0), '') || ifnull(',"user":' || user_id, '') || ifnull(',"kind":' || nullif(json_quote(kind), 'null'), '') || ifnull(',"name":' || nullif(json_quote(name), 'null'), '') || ifnull(',"until":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', until/1000.0, 'unixepoch') || '"', '') || ifnull(',"reason":' || nullif(json_quote(reason), 'null'), '') || ifnull(',"createdAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', created_at/1000.0, 'unixepoch') || '"', '') || '}', null) as line, json_array(2 * room_id + (kind = 'mute')) as place
      from sanctions
      where user_id = ? and 2 * room_id + (kind = 'mute') > ?
      order by room_id, kind
      limit 1000) as row) as sized
  where size - own < 200000);
