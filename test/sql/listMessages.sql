select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", concat(auth.room_id, '-', '*', '-', (
    select max(seq) || '-' || created_at
    from changes
    where room_id = auth.room_id), '-', (
    select version
    from versions
    where subject = 'names'), '-', auth.user_id, '-', 5) as "version", false as "is_known"
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when not (role = 'admin' or role = 'siteModerator' or role = 'owner') and sanction = 'ban' then 'banned'
  when not (role not in ('guest') or readers || posters in ('anyoneanyone', 'anyonemembers')) then 'members only' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, users.id as user_id, users.name as user_name, ordinal, iif(owner_id = users.id and users.site_role is not 'admin', 'owner', coalesce(users.site_role, members.role, 'guest')) as role, (
      select min(kind)
      from (
        select kind, until
        from sanctions
        where room_id = rooms.id and user_id = users.id
        union all
        select kind, until
        from sanctions indexed by sanctions_name
        where room_id = rooms.id and name_key = users.name_key)
      where ifnull(until > now, true)) as sanction
    from (
      select ? as now)
    left join rooms on rooms.name_key = ?
    left join users on users.token_hash = ?
    left join members on members.user_id = users.id and members.room_id = rooms.id)) as auth;

select said as "rows", refs as "answered", ids as "authors", (
  select json_group_array(json_array((
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 0)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 1)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 2)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 3)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 4)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 5)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 6))))
  from (
    select value v
    from json_each('[' || substr('0,7,14,21,28,35,42,49,56,63,70,77,84,91,98,105,112,119,126,133,140,147,154,161,168,175,182,189,196', 1, case
        when json_array_length(ids) <= 7 then 1
        when json_array_length(ids) <= 56 then 21 else 98 end) || ']'))) as "names", last as "end"
from (with reader(id) as (
    select (
      select users.id
      from users
      where users.token_hash = ?)), room as (
    select id
    from rooms
    where name_key = ?)
  select json_group_array(json_array(seq, text, created_at, edited_at, deleted_at, reply_to, mentions, reactions, author_id, (
        select json_group_array(key)
        from json_each(p.reactions) cross
        join reactions r on r.room_id = p.room_id and r.target = p.seq and r.reaction = key and r.user_id = (
          select id
          from reader)))) as said, json_group_array(distinct ref) as refs, '[' || concat_ws(',', group_concat(distinct author_id), group_concat(distinct ref ->> 8)) || ']' as ids, max(seq) || '-' || created_at as last
  from (
    select *, iif(p.reply_to < (
        select max(seq) + 1 - ?
        from messages
        where room_id = (
          select id
          from room)), (
        select json_array(seq, text, created_at, edited_at, deleted_at, reply_to, mentions, reactions, author_id, (
            select json_group_array(key)
            from json_each(q.reactions) cross
            join reactions r on r.room_id = q.room_id and r.target = q.seq and r.reaction = key and r.user_id = (
              select id
              from reader)))
        from messages q
        where q.room_id = p.room_id and q.seq = p.reply_to), null) as ref
    from (
      select *
      from messages
      where room_id = (
        select id
        from room)
      order by seq desc
      limit ?) p
    limit - 1) p);

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", concat(auth.room_id, '-', (
    select max(seq) || '-' || created_at
    from messages
    where room_id = auth.room_id), '-', (
    select max(seq) || '-' || created_at
    from changes
    where room_id = auth.room_id), '-', (
    select version
    from versions
    where subject = 'names'), '-', auth.user_id, '-', 5) as "version", (? = '*' or instr(?, '"' || concat(auth.room_id, '-', (
        select max(seq) || '-' || created_at
        from messages
        where room_id = auth.room_id), '-', (
        select max(seq) || '-' || created_at
        from changes
        where room_id = auth.room_id), '-', (
        select version
        from versions
        where subject = 'names'), '-', auth.user_id, '-', 5) || '"') > 0) as "is_known"
from ( … as above ) as auth;

select said as "rows", refs as "answered", ids as "authors", (
  select json_group_array(json_array((
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 0)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 1)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 2)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 3)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 4)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 5)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 6))))
  from (
    select value v
    from json_each('[' || substr('0,7,14,21,28,35,42,49,56,63,70,77,84,91,98,105,112,119,126,133,140,147,154,161,168,175,182,189,196', 1, case
        when json_array_length(ids) <= 7 then 1
        when json_array_length(ids) <= 56 then 21 else 98 end) || ']'))) as "names", last as "end"
from (with reader(id) as (
    select (
      select users.id
      from users
      where users.token_hash = ?)), room(id) as (
    select room_id
    from (
      select (
        select id
        from rooms
        where name_key = ?) as room_id, (
        select id
        from reader) as user_id) as auth
    where not (? = '*' or instr(?, '"' || concat(auth.room_id, '-', (
            select max(seq) || '-' || created_at
            from messages
            where room_id = auth.room_id), '-', (
            select max(seq) || '-' || created_at
            from changes
            where room_id = auth.room_id), '-', (
            select version
            from versions
            where subject = 'names'), '-', auth.user_id, '-', 5) || '"') > 0))
  select json_group_array(json_array(seq, text, created_at, edited_at, deleted_at, reply_to, mentions, reactions, author_id, (
        select json_group_array(key)
        from json_each(p.reactions) cross
        join reactions r on r.room_id = p.room_id and r.target = p.seq and r.reaction = key and r.user_id = (
          select id
          from reader)))) as said, json_group_array(distinct ref) as refs, '[' || concat_ws(',', group_concat(distinct author_id), group_concat(distinct ref ->> 8)) || ']' as ids, max(seq) || '-' || created_at as last
  from (
    select *, iif(p.reply_to < (
        select max(seq) + 1 - ?
        from messages
        where room_id = (
          select id
          from room)), (
        select json_array(seq, text, created_at, edited_at, deleted_at, reply_to, mentions, reactions, author_id, (
            select json_group_array(key)
            from json_each(q.reactions) cross
            join reactions r on r.room_id = q.room_id and r.target = q.seq and r.reaction = key and r.user_id = (
              select id
              from reader)))
        from messages q
        where q.room_id = p.room_id and q.seq = p.reply_to), null) as ref
    from (
      select *
      from messages
      where room_id = (
        select id
        from room)
      order by seq desc
      limit ?) p
    limit - 1) p);

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", concat(auth.room_id, '-', (
    select max(seq) || '-' || created_at
    from messages
    where room_id = auth.room_id), '-', (
    select max(seq) || '-' || created_at
    from changes
    where room_id = auth.room_id), '-', (
    select version
    from versions
    where subject = 'names'), '-', auth.user_id, '-', 5) as "version", false as "is_known"
from ( … as above ) as auth;

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", concat(auth.room_id, '-', '*', '-', (
    select max(seq) || '-' || created_at
    from changes
    where room_id = auth.room_id), '-', (
    select version
    from versions
    where subject = 'names'), '-', auth.user_id, '-', 5) as "version", false as "is_known"
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when user_key <> ? then 'not you'
  when not (role = 'admin' or role = 'siteModerator' or role = 'owner') and sanction = 'ban' then 'banned'
  when not (role not in ('guest') or readers || posters in ('anyoneanyone', 'anyonemembers')) then 'members only' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, users.id as user_id, users.name as user_name, users.name_key as user_key, ordinal, iif(owner_id = users.id and users.site_role is not 'admin', 'owner', coalesce(users.site_role, members.role, 'guest')) as role, (
      select min(kind)
      from (
        select kind, until
        from sanctions
        where room_id = rooms.id and user_id = users.id
        union all
        select kind, until
        from sanctions indexed by sanctions_name
        where room_id = rooms.id and name_key = users.name_key)
      where ifnull(until > now, true)) as sanction
    from (
      select ? as now)
    left join rooms on rooms.name_key = ?
    left join users on users.token_hash = ?
    left join members on members.user_id = users.id and members.room_id = rooms.id)) as auth;

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", concat(auth.room_id, '-', '*', '-', (
    select max(seq) || '-' || created_at
    from changes
    where room_id = auth.room_id), '-', (
    select version
    from versions
    where subject = 'names'), '-', auth.user_id, '-', 5) as "version", false as "is_known"
from ( … as above ) as auth;

select said as "rows", refs as "answered", ids as "authors", (
  select json_group_array(json_array((
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 0)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 1)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 2)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 3)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 4)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 5)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 6))))
  from (
    select value v
    from json_each('[' || substr('0,7,14,21,28,35,42,49,56,63,70,77,84,91,98,105,112,119,126,133,140,147,154,161,168,175,182,189,196', 1, case
        when json_array_length(ids) <= 7 then 1
        when json_array_length(ids) <= 56 then 21 else 98 end) || ']'))) as "names", last as "end"
from (with reader(id) as (
    select (
      select users.id
      from users
      where users.token_hash = ?)), room as (
    select id
    from rooms
    where name_key = ?)
  select json_group_array(json_array(seq, text, created_at, edited_at, deleted_at, reply_to, mentions, reactions, author_id, (
        select json_group_array(key)
        from json_each(p.reactions) cross
        join reactions r on r.room_id = p.room_id and r.target = p.seq and r.reaction = key and r.user_id = (
          select id
          from reader)))) as said, json_group_array(distinct ref) as refs, '[' || concat_ws(',', group_concat(distinct author_id), group_concat(distinct ref ->> 8)) || ']' as ids, max(seq) || '-' || created_at as last
  from (
    select *, iif(p.reply_to < ? - ?, (
        select json_array(seq, text, created_at, edited_at, deleted_at, reply_to, mentions, reactions, author_id, (
            select json_group_array(key)
            from json_each(q.reactions) cross
            join reactions r on r.room_id = q.room_id and r.target = q.seq and r.reaction = key and r.user_id = (
              select id
              from reader)))
        from messages q
        where q.room_id = p.room_id and q.seq = p.reply_to), null) as ref
    from (
      select *
      from messages
      where room_id = (
        select id
        from room) and seq < ?
      order by seq desc
      limit ?) p
    limit - 1) p);

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", concat(auth.room_id, '-', (
    select max(seq) || '-' || created_at
    from messages
    where room_id = auth.room_id and seq < ?), '-', (
    select max(seq) || '-' || created_at
    from changes
    where room_id = auth.room_id), '-', (
    select version
    from versions
    where subject = 'names'), '-', auth.user_id, '-', 5) as "version", (? = '*' or instr(?, '"' || concat(auth.room_id, '-', (
        select max(seq) || '-' || created_at
        from messages
        where room_id = auth.room_id and seq < ?), '-', (
        select max(seq) || '-' || created_at
        from changes
        where room_id = auth.room_id), '-', (
        select version
        from versions
        where subject = 'names'), '-', auth.user_id, '-', 5) || '"') > 0) as "is_known"
from ( … as above ) as auth;

select said as "rows", refs as "answered", ids as "authors", (
  select json_group_array(json_array((
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 0)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 1)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 2)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 3)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 4)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 5)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 6))))
  from (
    select value v
    from json_each('[' || substr('0,7,14,21,28,35,42,49,56,63,70,77,84,91,98,105,112,119,126,133,140,147,154,161,168,175,182,189,196', 1, case
        when json_array_length(ids) <= 7 then 1
        when json_array_length(ids) <= 56 then 21 else 98 end) || ']'))) as "names", last as "end"
from (with reader(id) as (
    select (
      select users.id
      from users
      where users.token_hash = ?)), room(id) as (
    select room_id
    from (
      select (
        select id
        from rooms
        where name_key = ?) as room_id, (
        select id
        from reader) as user_id) as auth
    where not (? = '*' or instr(?, '"' || concat(auth.room_id, '-', (
            select max(seq) || '-' || created_at
            from messages
            where room_id = auth.room_id and seq < ?), '-', (
            select max(seq) || '-' || created_at
            from changes
            where room_id = auth.room_id), '-', (
            select version
            from versions
            where subject = 'names'), '-', auth.user_id, '-', 5) || '"') > 0))
  select json_group_array(json_array(seq, text, created_at, edited_at, deleted_at, reply_to, mentions, reactions, author_id, (
        select json_group_array(key)
        from json_each(p.reactions) cross
        join reactions r on r.room_id = p.room_id and r.target = p.seq and r.reaction = key and r.user_id = (
          select id
          from reader)))) as said, json_group_array(distinct ref) as refs, '[' || concat_ws(',', group_concat(distinct author_id), group_concat(distinct ref ->> 8)) || ']' as ids, max(seq) || '-' || created_at as last
  from (
    select *, iif(p.reply_to < ? - ?, (
        select json_array(seq, text, created_at, edited_at, deleted_at, reply_to, mentions, reactions, author_id, (
            select json_group_array(key)
            from json_each(q.reactions) cross
            join reactions r on r.room_id = q.room_id and r.target = q.seq and r.reaction = key and r.user_id = (
              select id
              from reader)))
        from messages q
        where q.room_id = p.room_id and q.seq = p.reply_to), null) as ref
    from (
      select *
      from messages
      where room_id = (
        select id
        from room) and seq < ?
      order by seq desc
      limit ?) p
    limit - 1) p);

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", concat(auth.room_id, '-', (
    select max(seq) || '-' || created_at
    from messages
    where room_id = auth.room_id and seq < ?), '-', (
    select max(seq) || '-' || created_at
    from changes
    where room_id = auth.room_id), '-', (
    select version
    from versions
    where subject = 'names'), '-', auth.user_id, '-', 5) as "version", false as "is_known"
from ( … as above ) as auth;

select said as "rows", refs as "answered", ids as "authors", (
  select json_group_array(json_array((
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 0)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 1)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 2)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 3)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 4)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 5)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 6))))
  from (
    select value v
    from json_each('[' || substr('0,7,14,21,28,35,42,49,56,63,70,77,84,91,98,105,112,119,126,133,140,147,154,161,168,175,182,189,196', 1, case
        when json_array_length(ids) <= 7 then 1
        when json_array_length(ids) <= 56 then 21 else 98 end) || ']'))) as "names", last as "end"
from (with reader(id) as (
    select (
      select users.id
      from users
      where users.token_hash = ?)), room as (
    select id
    from rooms
    where name_key = ?)
  select json_group_array(json_array(seq, text, created_at, edited_at, deleted_at, reply_to, mentions, reactions, author_id, (
        select json_group_array(key)
        from json_each(p.reactions) cross
        join reactions r on r.room_id = p.room_id and r.target = p.seq and r.reaction = key and r.user_id = (
          select id
          from reader)))) as said, json_group_array(distinct ref) as refs, '[' || concat_ws(',', group_concat(distinct author_id), group_concat(distinct ref ->> 8)) || ']' as ids, max(seq) || '-' || created_at as last
  from (
    select *, iif(p.reply_to < ? + 1, (
        select json_array(seq, text, created_at, edited_at, deleted_at, reply_to, mentions, reactions, author_id, (
            select json_group_array(key)
            from json_each(q.reactions) cross
            join reactions r on r.room_id = q.room_id and r.target = q.seq and r.reaction = key and r.user_id = (
              select id
              from reader)))
        from messages q
        where q.room_id = p.room_id and q.seq = p.reply_to), null) as ref
    from (
      select *
      from messages
      where room_id = (
        select id
        from room) and seq > ?
      order by seq asc
      limit ?) p
    limit - 1) p);

select said as "rows", refs as "answered", ids as "authors", (
  select json_group_array(json_array((
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 0)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 1)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 2)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 3)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 4)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 5)), (
        select json_array(name, avatar)
        from users
        where id = ids ->> (v + 6))))
  from (
    select value v
    from json_each('[' || substr('0,7,14,21,28,35,42,49,56,63,70,77,84,91,98,105,112,119,126,133,140,147,154,161,168,175,182,189,196', 1, case
        when json_array_length(ids) <= 7 then 1
        when json_array_length(ids) <= 56 then 21 else 98 end) || ']'))) as "names", last as "end"
from (with reader(id) as (
    select (
      select users.id
      from users
      where users.token_hash = ?)), room(id) as (
    select room_id
    from (
      select (
        select id
        from rooms
        where name_key = ?) as room_id, (
        select id
        from reader) as user_id) as auth
    where not (? = '*' or instr(?, '"' || concat(auth.room_id, '-', (
            select max(seq) || '-' || created_at
            from messages
            where room_id = auth.room_id), '-', (
            select max(seq) || '-' || created_at
            from changes
            where room_id = auth.room_id), '-', (
            select version
            from versions
            where subject = 'names'), '-', auth.user_id, '-', 5) || '"') > 0))
  select json_group_array(json_array(seq, text, created_at, edited_at, deleted_at, reply_to, mentions, reactions, author_id, (
        select json_group_array(key)
        from json_each(p.reactions) cross
        join reactions r on r.room_id = p.room_id and r.target = p.seq and r.reaction = key and r.user_id = (
          select id
          from reader)))) as said, json_group_array(distinct ref) as refs, '[' || concat_ws(',', group_concat(distinct author_id), group_concat(distinct ref ->> 8)) || ']' as ids, max(seq) || '-' || created_at as last
  from (
    select *, iif(p.reply_to < ? + 1, (
        select json_array(seq, text, created_at, edited_at, deleted_at, reply_to, mentions, reactions, author_id, (
            select json_group_array(key)
            from json_each(q.reactions) cross
            join reactions r on r.room_id = q.room_id and r.target = q.seq and r.reaction = key and r.user_id = (
              select id
              from reader)))
        from messages q
        where q.room_id = p.room_id and q.seq = p.reply_to), null) as ref
    from (
      select *
      from messages
      where room_id = (
        select id
        from room) and seq > ?
      order by seq asc
      limit ?) p
    limit - 1) p);

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", (
  select seq
  from messages as m
  where m.room_id = auth.room_id
  order by seq
  limit 1) as "first_seq", (
  select seq
  from messages as m
  where m.room_id = auth.room_id
  order by seq desc
  limit 1) as "last_seq", true as "has_author", true as "has_original"
from ( … as above ) as auth;

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", "messages"."deleted_at", "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", "users"."avatar", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions r on r.room_id = messages.room_id and r.target = messages.seq and r.reaction = key and r.user_id = (
    select users.id
    from users
    where users.token_hash = ?)) as "own_reactions", iif(messages.reply_to < messages.seq, (
    select json_array((
        select json_array(name, avatar)
        from users
        where id = author_id), json_array(seq, text, created_at, edited_at, deleted_at, reply_to, mentions, reactions, author_id, (
          select json_group_array(key)
          from json_each(q.reactions) cross
          join reactions r on r.room_id = q.room_id and r.target = q.seq and r.reaction = key and r.user_id = (
            select users.id
            from users
            where users.token_hash = ?))))
    from messages q
    where q.room_id = messages.room_id and q.seq = messages.reply_to), null) as "answered"
from "messages"
left join "users" on "users"."id" = "messages"."author_id"
where messages.room_id = (
  select id
  from rooms
  where name_key = ?) and seq < 1 + (
  select seq
  from messages as m
  where m.room_id = (
    select id
    from rooms
    where name_key = ?)
  order by seq desc
  limit 1) and seq >= 1 + (
  select seq
  from messages as m
  where m.room_id = (
    select id
    from rooms
    where name_key = ?)
  order by seq desc
  limit 1) - ? and messages.text is not null and (instr(lower(messages.text), ?) > 0 or messages.text glob '*[^ -~]*')
order by "messages"."seq" desc
limit ?;

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", "messages"."deleted_at", "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", "users"."avatar", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions r on r.room_id = messages.room_id and r.target = messages.seq and r.reaction = key and r.user_id = (
    select users.id
    from users
    where users.token_hash = ?)) as "own_reactions", iif(messages.reply_to < messages.seq, (
    select json_array((
        select json_array(name, avatar)
        from users
        where id = author_id), json_array(seq, text, created_at, edited_at, deleted_at, reply_to, mentions, reactions, author_id, (
          select json_group_array(key)
          from json_each(q.reactions) cross
          join reactions r on r.room_id = q.room_id and r.target = q.seq and r.reaction = key and r.user_id = (
            select users.id
            from users
            where users.token_hash = ?))))
    from messages q
    where q.room_id = messages.room_id and q.seq = messages.reply_to), null) as "answered"
from "messages"
left join "users" on "users"."id" = "messages"."author_id"
where messages.room_id = (
  select id
  from rooms
  where name_key = ?) and seq < ? and seq >= min(?, 1 + (
    select seq
    from messages as m
    where m.room_id = (
      select id
      from rooms
      where name_key = ?)
    order by seq desc
    limit 1)) - ? and messages.text is not null and (instr(lower(messages.text), ?) > 0 or messages.text glob '*[^ -~]*')
order by "messages"."seq" desc
limit ?;

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", (
  select seq
  from messages as m
  where m.room_id = auth.room_id
  order by seq
  limit 1) as "first_seq", (
  select seq
  from messages as m
  where m.room_id = auth.room_id
  order by seq desc
  limit 1) as "last_seq", (
  select id
  from users
  where name_key = ?) is not null as "has_author", true as "has_original"
from ( … as above ) as auth;

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", "messages"."deleted_at", "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", "users"."avatar", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions r on r.room_id = messages.room_id and r.target = messages.seq and r.reaction = key and r.user_id = (
    select users.id
    from users
    where users.token_hash = ?)) as "own_reactions", iif(messages.reply_to < messages.seq, (
    select json_array((
        select json_array(name, avatar)
        from users
        where id = author_id), json_array(seq, text, created_at, edited_at, deleted_at, reply_to, mentions, reactions, author_id, (
          select json_group_array(key)
          from json_each(q.reactions) cross
          join reactions r on r.room_id = q.room_id and r.target = q.seq and r.reaction = key and r.user_id = (
            select users.id
            from users
            where users.token_hash = ?))))
    from messages q
    where q.room_id = messages.room_id and q.seq = messages.reply_to), null) as "answered"
from "messages"
left join "users" on "users"."id" = "messages"."author_id"
where messages.room_id = (
  select id
  from rooms
  where name_key = ?) and seq > ? and seq <= max(?, (
    select seq
    from messages as m
    where m.room_id = (
      select id
      from rooms
      where name_key = ?)
    order by seq asc
    limit 1) - 1) + ? and messages.text is not null and messages.author_id = (
  select id
  from users
  where name_key = ?)
order by "messages"."seq" asc
limit ?;
