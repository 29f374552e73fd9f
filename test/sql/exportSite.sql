select case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'admins only' else 'invalid token' end as "site_refusal"
from (
  select 1);

select '{"type":"site"' || ifnull(',"slowModeSeconds":' || nullif(slow_mode_seconds, 0), '') || ifnull(',"newcomerLinkSeconds":' || nullif(newcomer_link_seconds, 0), '') || ifnull(',"newcomerMentionSeconds":' || nullif(newcomer_mention_seconds, 0), '') || ifnull(',"newcomerReactionSeconds":' || nullif(newcomer_reaction_seconds, 0), '') || ifnull(',"blockedWords":' || case blocked_words
  when '[]' then null
  when '{}' then '[]' else(
    select json_group_array(value ->> 'word')
    from json_each(blocked_words)) end, '') || ifnull(',"reactions":' || json(reactions), '') || ifnull(',"approval":' || nullif(json_quote(approval), 'null'), '') || '}' as "line"
from site_settings
where id = 1;

select lines, rows, size, place
from (
  select group_concat(line, char(10)) as lines, count(*) as rows, max(size) as size, place
  from (
    select line, place, 1 + ifnull(octet_length(line), 0) as own, sum(1 + ifnull(octet_length(line), 0)) over(rows unbounded preceding) as size
    from (
      select '{"type":"user"' || ifnull(',"id":' || id, '') || ifnull(',"name":' || nullif(json_quote(name), 'null'), '') || ifnull(',"createdAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', created_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"protected":' || iif(protected, 'true', null), '') || ifnull(',"avatar":' || nullif(json_quote(avatar), 'null'), '') || ifnull(',"role":' || nullif(json_quote(iif(site_role = 'siteModerator', 'moderator', site_role)), 'null'), '') || ifnull(',"subject":' || nullif(json_quote(subject), 'null'), '') || ifnull(',"loginName":' || nullif(json_quote(login_name), 'null'), '') || ifnull(',"approvedAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', approved_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"bannedUntil":' || iif(banned_until = 9007199254740991, '"forever"', '"' || strftime('%Y-%m-%dT%H:%M:%fZ', nullif(banned_until, 0)/1000.0, 'unixepoch') || '"'), '') || ifnull(',"tokenHash":' || nullif(json_quote(token_hash), 'null'), '') || '}' as line, id as place
      from users
      where id > ?
      order by id
      limit 1000) as row) as sized
  where size - own < 200000);

select (
  select version
  from versions
  where subject = 'names') as "names", ifnull((
    select max(created_at)
    from audit), 0) as "acted"
from (
  select 1);

select id as "room_id", '{"type":"room"' || ifnull(',"id":' || id, '') || ifnull(',"name":' || nullif(json_quote(name), 'null'), '') || ifnull(',"createdAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', created_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"owner":' || owner_id, '') || ifnull(',"title":' || nullif(json_quote(title), 'null'), '') || ifnull(',"topic":' || nullif(json_quote(topic), 'null'), '') || ifnull(',"readers":' || nullif(nullif(json_quote(readers), 'null'), '"anyone"'), '') || ifnull(',"posters":' || nullif(nullif(json_quote(posters), 'null'), '"anyone"'), '') || ifnull(',"archived":' || iif(archived, 'true', null), '') || ifnull(',"slowModeSeconds":' || iif(slow_mode_seconds = 0, null, max(slow_mode_seconds, 0)), '') || ifnull(',"newcomerLinkSeconds":' || iif(newcomer_link_seconds = 0, null, max(newcomer_link_seconds, 0)), '') || ifnull(',"newcomerMentionSeconds":' || iif(newcomer_mention_seconds = 0, null, max(newcomer_mention_seconds, 0)), '') || ifnull(',"newcomerReactionSeconds":' || iif(newcomer_reaction_seconds = 0, null, max(newcomer_reaction_seconds, 0)), '') || ifnull(',"blockedWords":' || case blocked_words
  when '[]' then null
  when '{}' then '[]' else(
    select json_group_array(value ->> 'word')
    from json_each(blocked_words)) end, '') || ifnull(',"reactions":' || json(reactions), '') || ifnull(',"approval":' || nullif(json_quote(approval), 'null'), '') || ifnull(',"retentionDays":' || retention_days, '') || ifnull(',"pinned":' || nullif((
      select json_group_array(cast(value as integer))
      from json_each(pinned)), '[]'), '') || ifnull(',"firstSeq":' || nullif(first_seq, 1), '') || '}' as "room_line", max(ifnull((
      select max(seq)
      from messages
      where room_id = rooms.id), 0), ifnull((
      select max(seq)
      from changes
      where room_id = rooms.id), 0)) as "last_seq", ifnull((
    select max(number)
    from audit
    where room_id = rooms.id), 0) as "last_act"
from rooms
where id = (
  select id
  from rooms
  where id > ?
  order by id
  limit 1);

select log_lines, log_rows, log_size, log_place, again_lines, again_rows, again_size, again_place, member_lines, member_rows, member_size, member_place, held_lines, held_rows, held_size, held_place, hook_lines, hook_rows, hook_size, hook_place, sanction_lines, sanction_rows, sanction_size, sanction_place, report_lines, report_rows, report_size, report_place, audit_lines, audit_rows, audit_size, audit_place, acts_lines, acts_rows, acts_size, acts_place, is_near
from (with g as (
    select id, max(ifnull((
          select max(seq)
          from messages
          where room_id = room.id), 0), ifnull((
          select max(seq)
          from changes
          where room_id = room.id), 0)) - max(?, ifnull((
          select first_seq
          from rooms
          where rooms.id = room.id), 1) - 1) < 1000 as near
    from (
      select id
      from rooms
      where id > ?
      order by id
      limit 1) as room), changed as (
    select target, seq as place
    from changes
    where room_id = (
      select id
      from g
      where near) and seq > ?
    order by seq
    limit 100)
  select log_part.lines as log_lines, log_part.rows as log_rows, log_part.size as log_size, log_part.place as log_place, again_part.lines as again_lines, again_part.rows as again_rows, again_part.size as again_size, again_part.place as again_place, member_part.lines as member_lines, member_part.rows as member_rows, member_part.size as member_size, member_part.place as member_place, held_part.lines as held_lines, held_part.rows as held_rows, held_part.size as held_size, held_part.place as held_place, hook_part.lines as hook_lines, hook_part.rows as hook_rows, hook_part.size as hook_size, hook_part.place as hook_place, sanction_part.lines as sanction_lines, sanction_part.rows as sanction_rows, sanction_part.size as sanction_size, sanction_part.place as sanction_place, report_part.lines as report_lines, report_part.rows as report_rows, report_part.size as report_size, report_part.place as report_place, audit_part.lines as audit_lines, audit_part.rows as audit_rows, audit_part.size as audit_size, audit_part.place as audit_place, acts_part.lines as acts_lines, acts_part.rows as acts_rows, acts_part.size as acts_size, acts_part.place as acts_place, (
    select near
    from g) as is_near
  from (
    select group_concat(line, char(10)) as lines, count(*) as rows, max(size) as size, place
    from (
      select line, place, 1 + ifnull(octet_length(line), 0) as own, sum(1 + ifnull(octet_length(line), 0)) over(rows unbounded preceding) as size
      from (
        select '{"type":"message"' || ifnull(',"room":' || room_id, '') || ifnull(',"seq":' || seq, '') || ifnull(',"author":' || max(author_id, 0), '') || ifnull(',"hook":' || iif(author_id < 0, -author_id, null), '') || ifnull(',"bot":' || nullif(json_quote(bot), 'null'), '') || ifnull(',"text":' || nullif(json_quote(text), 'null'), '') || ifnull(',"createdAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', created_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"editedAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', edited_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"deletedAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', deleted_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"replyTo":' || reply_to, '') || ifnull(',"mentions":' || json(mentions), '') || ifnull(',"files":' || iif(messages.files is null, null, (
              select '[' || group_concat('{"id":' || json_quote((sent.value ->> 'id')) || ifnull(',"name":' || nullif(json_quote((sent.value ->> 'name')), 'null'), '') || ifnull(',"type":' || nullif(json_quote((sent.value ->> 'type')), 'null'), '') || ifnull(',"bytes":' || (sent.value ->> 'bytes'), '') || ifnull(',"width":' || (sent.value ->> 'width'), '') || ifnull(',"height":' || (sent.value ->> 'height'), '') || ifnull(',"description":' || nullif(json_quote((sent.value ->> 'description')), 'null'), '') || ifnull(',"signed":' || iif((sent.value ->> 'room') is not null, 'true', null), '') || ifnull(',"hash":' || nullif(json_quote((
                        select hash
                        from files as stored
                        where stored.room_id = messages.room_id and stored.id = (sent.value ->> 'id'))), 'null'), '') || '}') || ']'
              from json_each(messages.files) as sent)), '') || ifnull(',"keyIndex":' || iif(typeof(idempotency_key) = 'blob', iif(idempotency_key is null, null, '"' || hex(idempotency_key) || '"'), null), '') || ifnull(',"key":' || iif(typeof(idempotency_key) = 'blob', null, nullif(json_quote(idempotency_key), 'null')), '') || ifnull(',"keyHash":' || iif(key_hash is null, null, '"' || hex(key_hash) || '"'), '') || ifnull(',"fingerprint":' || nullif(json_quote(fingerprint), 'null'), '') || '}' || iif(messages.reactions is null, '', ifnull((
              select group_concat(char(10) || '{"type":"reaction"' || ifnull(',"room":' || messages.room_id, '') || ifnull(',"message":' || messages.seq, '') || ifnull(',"reaction":' || nullif(json_quote(emoji.key), 'null'), '') || ifnull(',"users":' || '[' || users || ']', '') || '}', '')
              from (
                select key, (
                  select group_concat(user_id)
                  from reactions
                  where room_id = messages.room_id and target = messages.seq and reaction = emoji.key) as users
                from json_each(messages.reactions) as emoji) as emoji
              where users is not null), '')) as line, seq as place
        from messages
        where room_id = (
          select id
          from g) and seq > ?
        union all
        select '{"type":"change"' || ifnull(',"room":' || room_id, '') || ifnull(',"seq":' || seq, '') || ifnull(',"kind":' || nullif(json_quote(type), 'null'), '') || ifnull(',"target":' || target, '') || ifnull(',"actor":' || actor_id, '') || ifnull(',"createdAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', created_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"reaction":' || nullif(json_quote(reaction), 'null'), '') || ifnull(',"added":' || iif(reaction is null, null, iif(is_added, 'true', 'false')), '') || '}', seq
        from changes
        where room_id = (
          select id
          from g) and seq > ?
        order by place
        limit 1000) as row) as sized
    where size - own < 200000) as log_part cross
  join (
    select (
      select group_concat(line, char(10))
      from (
        select '{"type":"message"' || ifnull(',"room":' || room_id, '') || ifnull(',"seq":' || seq, '') || ifnull(',"author":' || max(author_id, 0), '') || ifnull(',"hook":' || iif(author_id < 0, -author_id, null), '') || ifnull(',"bot":' || nullif(json_quote(bot), 'null'), '') || ifnull(',"text":' || nullif(json_quote(text), 'null'), '') || ifnull(',"createdAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', created_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"editedAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', edited_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"deletedAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', deleted_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"replyTo":' || reply_to, '') || ifnull(',"mentions":' || json(mentions), '') || ifnull(',"files":' || iif(messages.files is null, null, (
              select '[' || group_concat('{"id":' || json_quote((sent.value ->> 'id')) || ifnull(',"name":' || nullif(json_quote((sent.value ->> 'name')), 'null'), '') || ifnull(',"type":' || nullif(json_quote((sent.value ->> 'type')), 'null'), '') || ifnull(',"bytes":' || (sent.value ->> 'bytes'), '') || ifnull(',"width":' || (sent.value ->> 'width'), '') || ifnull(',"height":' || (sent.value ->> 'height'), '') || ifnull(',"description":' || nullif(json_quote((sent.value ->> 'description')), 'null'), '') || ifnull(',"signed":' || iif((sent.value ->> 'room') is not null, 'true', null), '') || ifnull(',"hash":' || nullif(json_quote((
                        select hash
                        from files as stored
                        where stored.room_id = messages.room_id and stored.id = (sent.value ->> 'id'))), 'null'), '') || '}') || ']'
              from json_each(messages.files) as sent)), '') || ifnull(',"keyIndex":' || iif(typeof(idempotency_key) = 'blob', iif(idempotency_key is null, null, '"' || hex(idempotency_key) || '"'), null), '') || ifnull(',"key":' || iif(typeof(idempotency_key) = 'blob', null, nullif(json_quote(idempotency_key), 'null')), '') || ifnull(',"keyHash":' || iif(key_hash is null, null, '"' || hex(key_hash) || '"'), '') || ifnull(',"fingerprint":' || nullif(json_quote(fingerprint), 'null'), '') || '}' || iif(messages.reactions is null, '', ifnull((
              select group_concat(char(10) || '{"type":"reaction"' || ifnull(',"room":' || messages.room_id, '') || ifnull(',"message":' || messages.seq, '') || ifnull(',"reaction":' || nullif(json_quote(emoji.key), 'null'), '') || ifnull(',"users":' || '[' || users || ']', '') || '}', '')
              from (
                select key, (
                  select group_concat(user_id)
                  from reactions
                  where room_id = messages.room_id and target = messages.seq and reaction = emoji.key) as users
                from json_each(messages.reactions) as emoji) as emoji
              where users is not null), '')) as line
        from messages
        where room_id = (
          select id
          from g) and seq in (
          select target
          from changed
          where target <= ?)
        order by seq) as row) as lines, (
      select count(*)
      from changed) as rows, null as size, (
      select max(place)
      from changed) as place) as again_part cross
  join (
    select group_concat(line, char(10)) as lines, count(*) as rows, max(size) as size, place
    from (
      select line, place, 1 + ifnull(octet_length(line), 0) as own, sum(1 + ifnull(octet_length(line), 0)) over(rows unbounded preceding) as size
      from (
        select '{"type":"member"' || ifnull(',"room":' || room_id, '') || ifnull(',"ordinal":' || ordinal, '') || ifnull(',"user":' || user_id, '') || ifnull(',"joinedAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', joined_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"role":' || nullif(nullif(json_quote(role), 'null'), '"member"'), '') || ifnull(',"lastSentAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', last_sent_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"readSeq":' || nullif(read_seq, 0), '') || '}' as line, ordinal as place
        from members
        where room_id = (
          select id
          from g
          where near) and ordinal > ?
        order by ordinal
        limit 1000) as row) as sized
    where size - own < 200000) as member_part cross
  join (
    select group_concat(line, char(10)) as lines, count(*) as rows, max(size) as size, place
    from (
      select line, place, 1 + ifnull(octet_length(line), 0) as own, sum(1 + ifnull(octet_length(line), 0)) over(rows unbounded preceding) as size
      from (
        select '{"type":"held"' || ifnull(',"room":' || room_id, '') || ifnull(',"id":' || nullif(json_quote(id), 'null'), '') || ifnull(',"author":' || author_id, '') || ifnull(',"createdAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', created_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"text":' || nullif(json_quote(text), 'null'), '') || ifnull(',"files":' || iif(held.files is null, null, (
              select '[' || group_concat('{"id":' || json_quote((sent.value ->> 'id')) || ifnull(',"name":' || nullif(json_quote((sent.value ->> 'name')), 'null'), '') || ifnull(',"type":' || nullif(json_quote((sent.value ->> 'type')), 'null'), '') || ifnull(',"bytes":' || (sent.value ->> 'bytes'), '') || ifnull(',"width":' || (sent.value ->> 'width'), '') || ifnull(',"height":' || (sent.value ->> 'height'), '') || ifnull(',"description":' || nullif(json_quote((sent.value ->> 'description')), 'null'), '') || ifnull(',"signed":' || iif((sent.value ->> 'room') is not null, 'true', null), '') || ifnull(',"hash":' || nullif(json_quote((
                        select hash
                        from files as stored
                        where stored.room_id = held.room_id and stored.id = (sent.value ->> 'id'))), 'null'), '') || '}') || ']'
              from json_each(held.files) as sent)), '') || ifnull(',"replyTo":' || reply_to, '') || ifnull(',"target":' || target, '') || ifnull(',"refusedAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', refused_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"mentioned":' || nullif(json_quote(mentioned), 'null'), '') || ifnull(',"keyIndex":' || iif(idempotency_key is null, null, '"' || hex(idempotency_key) || '"'), '') || ifnull(',"contentHash":' || iif(content_hash is null, null, '"' || hex(content_hash) || '"'), '') || '}' as line, created_at as place
        from held
        where room_id = (
          select id
          from g
          where near) and created_at > ? and refused_at is null and created_at > 0
        order by created_at
        limit 1000) as row) as sized
    where size - own < 200000) as held_part cross
  join (
    select group_concat(line, char(10)) as lines, count(*) as rows, max(size) as size, place
    from (
      select line, place, 1 + ifnull(octet_length(line), 0) as own, sum(1 + ifnull(octet_length(line), 0)) over(rows unbounded preceding) as size
      from (
        select '{"type":"hook"' || ifnull(',"id":' || id, '') || ifnull(',"room":' || room_id, '') || ifnull(',"name":' || nullif(json_quote(name), 'null'), '') || ifnull(',"createdAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', created_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"lastUsedAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', last_used_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"secretHash":' || nullif(json_quote(secret_hash), 'null'), '') || '}' as line, id as place
        from hooks
        where room_id = (
          select id
          from g
          where near) and id > ?
        order by id
        limit 1000) as row) as sized
    where size - own < 200000) as hook_part cross
  join (
    select group_concat(line, char(10)) as lines, count(*) as rows, max(size) as size, place
    from (
      select line, place, 1 + ifnull(octet_length(line), 0) as own, sum(1 + ifnull(octet_length(line), 0)) over(rows unbounded preceding) as size
      from (
        select '{"type":"sanction"' || ifnull(',"room":' || nullif(room_id, 0), '') || ifnull(',"user":' || user_id, '') || ifnull(',"kind":' || nullif(json_quote(kind), 'null'), '') || ifnull(',"name":' || nullif(json_quote(name), 'null'), '') || ifnull(',"until":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', until/1000.0, 'unixepoch') || '"', '') || ifnull(',"reason":' || nullif(json_quote(reason), 'null'), '') || ifnull(',"createdAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', created_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"nameKey":' || nullif(json_quote(name_key), 'null'), '') || ifnull(',"subject":' || nullif(json_quote(subject), 'null'), '') || ifnull(',"lastNameKey":' || nullif(json_quote(last_name_key), 'null'), '') || '}' as line, 2 * user_id + (kind = 'mute') as place
        from sanctions
        where room_id = (
          select id
          from g
          where near) and 2 * user_id + (kind = 'mute') > ? and user_id >= ?
        order by user_id, kind
        limit 1000) as row) as sized
    where size - own < 200000) as sanction_part cross
  join (
    select group_concat(line, char(10)) as lines, count(*) as rows, max(size) as size, place
    from (
      select line, place, 1 + ifnull(octet_length(line), 0) as own, sum(1 + ifnull(octet_length(line), 0)) over(rows unbounded preceding) as size
      from (
        select '{"type":"report"' || ifnull(',"room":' || room_id, '') || ifnull(',"number":' || number, '') || ifnull(',"message":' || target, '') || ifnull(',"reporter":' || reporter_id, '') || ifnull(',"reason":' || nullif(json_quote(nullif(reason, '')), 'null'), '') || ifnull(',"createdAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', created_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"resolvedAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', resolved_at/1000.0, 'unixepoch') || '"', '') || '}' as line, number as place
        from reports
        where room_id = (
          select id
          from g
          where near) and number > ?
        order by number
        limit 1000) as row) as sized
    where size - own < 200000) as report_part cross
  join (
    select group_concat(line, char(10)) as lines, count(*) as rows, max(size) as size, place
    from (
      select line, place, 1 + ifnull(octet_length(line), 0) as own, sum(1 + ifnull(octet_length(line), 0)) over(rows unbounded preceding) as size
      from (
        select '{"type":"audit"' || ifnull(',"room":' || nullif(room_id, 0), '') || ifnull(',"number":' || number, '') || ifnull(',"action":' || nullif(json_quote(action), 'null'), '') || ifnull(',"actor":' || actor_id, '') || ifnull(',"subject":' || iif(subject_id < 0, null, subject_id), '') || ifnull(',"createdAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', created_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"detail":' || nullif(json(detail), '{}'), '') || '}' as line, number as place
        from audit
        where room_id = (
          select id
          from g
          where near) and number > ?
        order by number
        limit 1000) as row) as sized
    where size - own < 200000) as audit_part cross
  join (
    select group_concat(line, char(10)) as lines, count(*) as rows, null as size, max(number) as place
    from (
      select number, case
      when acted.user_id > 0 then iif(m.ordinal is null, '{"type":"absent"' || ifnull(',"of":' || '"member"', '') || ifnull(',"room":' || 0, '') || ifnull(',"from":' || acted.user_id, '') || ifnull(',"upTo":' || acted.user_id, '') || '}', '{"type":"member"' || ifnull(',"room":' || m.room_id, '') || ifnull(',"ordinal":' || ordinal, '') || ifnull(',"user":' || m.user_id, '') || ifnull(',"joinedAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', joined_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"role":' || nullif(nullif(json_quote(role), 'null'), '"member"'), '') || ifnull(',"lastSentAt":' || '"' || strftime('%Y-%m-%dT%H:%M:%fZ', last_sent_at/1000.0, 'unixepoch') || '"', '') || ifnull(',"readSeq":' || nullif(read_seq, 0), '') || '}') end as line
      from (
        select number, subject_id as user_id
        from audit
        where room_id = ? and number > ? and ? > 0
        order by number
        limit 500) as acted
      left join members as m on m.user_id = acted.user_id and m.room_id = ?) as row) as acts_part);
