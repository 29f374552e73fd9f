select r.name, (
  select min(seq)
  from messages
  where room_id = r.id and first_seq > 1), readers, concat(r.id, '.', first_seq, '-', (
    select max(seq) || '-' || created_at
    from messages
    where room_id = r.id), '-', (
    select max(seq) || '-' || created_at
    from changes
    where room_id = r.id), '-', (
    select version
    from versions
    where subject = 'names'), '-', u.id, '-6') as "version"
from rooms r
join users u on u.token_hash = ?
left join members m on m.user_id = u.id and m.room_id = r.id
where r.name_key = ? and not ((u.site_role is null)*u.banned_until > ? or not (owner_id is u.id or u.site_role is not null) and exists (
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
    where kind = 'ban' and ifnull(until > ?, 1)) or not (iif(owner_id = u.id and u.site_role is not 'admin', 'owner', coalesce(u.site_role, m.role, 'guest')) not in ('guest') or readers || posters in ('anyoneanyone', 'anyonemembers')));

select said, u, (
  select json_group_array(json_array(a.name, a.avatar, b.name, b.avatar, c.name, c.avatar, d.name, d.avatar, e.name, e.avatar, f.name, f.avatar, g.name, g.avatar))
  from json_each('[0' || replace(hex(zeroblob((json_array_length(u) - 1)/7)), '00', ',0') || ']')
  left join users a on a.id = u ->> (7 * key + 0)
  left join users b on b.id = u ->> (7 * key + 1)
  left join users c on c.id = u ->> (7 * key + 2)
  left join users d on d.id = u ->> (7 * key + 3)
  left join users e on e.id = u ->> (7 * key + 4)
  left join users f on f.id = u ->> (7 * key + 5)
  left join users g on g.id = u ->> (7 * key + 6)) as "names"
from (with room as (
    select id
    from rooms
    where name_key = ?)
  select json_group_array(json_array(seq, author_id, text, created_at, json_array(edited_at, deleted_at, reply_to, mentions, reactions, bot, files, ref, (
          select json_group_array(key)
          from json_each(p.reactions) cross
          join reactions r on r.room_id = p.room_id and target = p.seq and reaction = key and user_id = (
            select id
            from users
            where token_hash = ?))))) as said, '[' || concat_ws(',', group_concat(distinct author_id), group_concat(distinct ref ->> 1)) || ']' as u
  from (
    select *, iif(p.reply_to < (
        select max(seq) + 1 - 50
        from messages
        where room_id = (
          select id
          from room)), (
        select json_array(seq, author_id, text, created_at, json_array(edited_at, deleted_at, reply_to, mentions, reactions, bot, files, null, (
              select json_group_array(key)
              from json_each(q.reactions) cross
              join reactions r on r.room_id = q.room_id and target = q.seq and reaction = key and user_id = (
                select id
                from users
                where token_hash = ?))))
        from messages q
        where room_id = p.room_id and seq = p.reply_to), null) as ref
    from (
      select *
      from messages
      where room_id = (
        select id
        from room)
      order by seq desc
      limit 50) p
    limit - 1) p);

select said, u, (
  select json_group_array(json_array(a.name, a.avatar, b.name, b.avatar, c.name, c.avatar, d.name, d.avatar, e.name, e.avatar, f.name, f.avatar, g.name, g.avatar))
  from json_each('[0' || replace(hex(zeroblob((json_array_length(u) - 1)/7)), '00', ',0') || ']')
  left join users a on a.id = u ->> (7 * key + 0)
  left join users b on b.id = u ->> (7 * key + 1)
  left join users c on c.id = u ->> (7 * key + 2)
  left join users d on d.id = u ->> (7 * key + 3)
  left join users e on e.id = u ->> (7 * key + 4)
  left join users f on f.id = u ->> (7 * key + 5)
  left join users g on g.id = u ->> (7 * key + 6)) as "names"
from (with room as (
    select id
    from rooms
    where name_key = ? and not instr(?, concat('"', id, '.', first_seq, '-', (
          select max(seq) || '-' || created_at
          from messages
          where room_id = id), '-', (
          select max(seq) || '-' || created_at
          from changes
          where room_id = id), '-', (
          select version
          from versions
          where subject = 'names'), '-', (
          select id
          from users
          where token_hash = ?), '-6"')))
  select json_group_array(json_array(seq, author_id, text, created_at, json_array(edited_at, deleted_at, reply_to, mentions, reactions, bot, files, ref, (
          select json_group_array(key)
          from json_each(p.reactions) cross
          join reactions r on r.room_id = p.room_id and target = p.seq and reaction = key and user_id = (
            select id
            from users
            where token_hash = ?))))) as said, '[' || concat_ws(',', group_concat(distinct author_id), group_concat(distinct ref ->> 1)) || ']' as u
  from (
    select *, iif(p.reply_to < (
        select max(seq) + 1 - 50
        from messages
        where room_id = (
          select id
          from room)), (
        select json_array(seq, author_id, text, created_at, json_array(edited_at, deleted_at, reply_to, mentions, reactions, bot, files, null, (
              select json_group_array(key)
              from json_each(q.reactions) cross
              join reactions r on r.room_id = q.room_id and target = q.seq and reaction = key and user_id = (
                select id
                from users
                where token_hash = ?))))
        from messages q
        where room_id = p.room_id and seq = p.reply_to), null) as ref
    from (
      select *
      from messages
      where room_id = (
        select id
        from room)
      order by seq desc
      limit 50) p
    limit - 1) p);

select r.name, (
  select min(seq)
  from messages
  where room_id = r.id and first_seq > 1), readers, concat(r.id, '.', first_seq, '-', (
    select max(seq) || '-' || created_at
    from messages
    where room_id = r.id), '-', (
    select max(seq) || '-' || created_at
    from changes
    where room_id = r.id), '-', (
    select version
    from versions
    where subject = 'names'), '-', u.id, '-6') as "version"
from rooms r
join users u on u.token_hash = ?
left join members m on m.user_id = u.id and m.room_id = r.id
where r.name_key = ? and not (u.name_key <> ? or (u.site_role is null)*u.banned_until > ? or not (owner_id is u.id or u.site_role is not null) and exists (
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
    where kind = 'ban' and ifnull(until > ?, 1)) or not (iif(owner_id = u.id and u.site_role is not 'admin', 'owner', coalesce(u.site_role, m.role, 'guest')) not in ('guest') or readers || posters in ('anyoneanyone', 'anyonemembers')));

select r.name, (
  select min(seq)
  from messages
  where room_id = r.id and first_seq > 1), readers, concat(r.id, '.', first_seq, '-', (
    select max(seq) || '-' || created_at
    from messages
    where room_id = r.id and seq < ?), '-', (
    select max(seq) || '-' || created_at
    from changes
    where room_id = r.id), '-', (
    select version
    from versions
    where subject = 'names'), '-', u.id, '-6') as "version"
from rooms r
join users u on u.token_hash = ?
left join members m on m.user_id = u.id and m.room_id = r.id
where r.name_key = ? and not ((u.site_role is null)*u.banned_until > ? or not (owner_id is u.id or u.site_role is not null) and exists (
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
    where kind = 'ban' and ifnull(until > ?, 1)) or not (iif(owner_id = u.id and u.site_role is not 'admin', 'owner', coalesce(u.site_role, m.role, 'guest')) not in ('guest') or readers || posters in ('anyoneanyone', 'anyonemembers')));

select said, u, (
  select json_group_array(json_array(a.name, a.avatar, b.name, b.avatar, c.name, c.avatar, d.name, d.avatar, e.name, e.avatar, f.name, f.avatar, g.name, g.avatar))
  from json_each('[0' || replace(hex(zeroblob((json_array_length(u) - 1)/7)), '00', ',0') || ']')
  left join users a on a.id = u ->> (7 * key + 0)
  left join users b on b.id = u ->> (7 * key + 1)
  left join users c on c.id = u ->> (7 * key + 2)
  left join users d on d.id = u ->> (7 * key + 3)
  left join users e on e.id = u ->> (7 * key + 4)
  left join users f on f.id = u ->> (7 * key + 5)
  left join users g on g.id = u ->> (7 * key + 6)) as "names"
from (with room as (
    select id
    from rooms
    where name_key = ?)
  select json_group_array(json_array(seq, author_id, text, created_at, json_array(edited_at, deleted_at, reply_to, mentions, reactions, bot, files, ref, (
          select json_group_array(key)
          from json_each(p.reactions) cross
          join reactions r on r.room_id = p.room_id and target = p.seq and reaction = key and user_id = (
            select id
            from users
            where token_hash = ?))))) as said, '[' || concat_ws(',', group_concat(distinct author_id), group_concat(distinct ref ->> 1)) || ']' as u
  from (
    select *, iif(p.reply_to < ? - 50, (
        select json_array(seq, author_id, text, created_at, json_array(edited_at, deleted_at, reply_to, mentions, reactions, bot, files, null, (
              select json_group_array(key)
              from json_each(q.reactions) cross
              join reactions r on r.room_id = q.room_id and target = q.seq and reaction = key and user_id = (
                select id
                from users
                where token_hash = ?))))
        from messages q
        where room_id = p.room_id and seq = p.reply_to), null) as ref
    from (
      select *
      from messages
      where room_id = (
        select id
        from room) and seq < ?
      order by seq desc
      limit 50) p
    limit - 1) p);

select said, u, (
  select json_group_array(json_array(a.name, a.avatar, b.name, b.avatar, c.name, c.avatar, d.name, d.avatar, e.name, e.avatar, f.name, f.avatar, g.name, g.avatar))
  from json_each('[0' || replace(hex(zeroblob((json_array_length(u) - 1)/7)), '00', ',0') || ']')
  left join users a on a.id = u ->> (7 * key + 0)
  left join users b on b.id = u ->> (7 * key + 1)
  left join users c on c.id = u ->> (7 * key + 2)
  left join users d on d.id = u ->> (7 * key + 3)
  left join users e on e.id = u ->> (7 * key + 4)
  left join users f on f.id = u ->> (7 * key + 5)
  left join users g on g.id = u ->> (7 * key + 6)) as "names"
from (with room as (
    select id
    from rooms
    where name_key = ? and not instr(?, concat('"', id, '.', first_seq, '-', (
          select max(seq) || '-' || created_at
          from messages
          where room_id = id and seq < ?), '-', (
          select max(seq) || '-' || created_at
          from changes
          where room_id = id), '-', (
          select version
          from versions
          where subject = 'names'), '-', (
          select id
          from users
          where token_hash = ?), '-6"')))
  select json_group_array(json_array(seq, author_id, text, created_at, json_array(edited_at, deleted_at, reply_to, mentions, reactions, bot, files, ref, (
          select json_group_array(key)
          from json_each(p.reactions) cross
          join reactions r on r.room_id = p.room_id and target = p.seq and reaction = key and user_id = (
            select id
            from users
            where token_hash = ?))))) as said, '[' || concat_ws(',', group_concat(distinct author_id), group_concat(distinct ref ->> 1)) || ']' as u
  from (
    select *, iif(p.reply_to < ? - 50, (
        select json_array(seq, author_id, text, created_at, json_array(edited_at, deleted_at, reply_to, mentions, reactions, bot, files, null, (
              select json_group_array(key)
              from json_each(q.reactions) cross
              join reactions r on r.room_id = q.room_id and target = q.seq and reaction = key and user_id = (
                select id
                from users
                where token_hash = ?))))
        from messages q
        where room_id = p.room_id and seq = p.reply_to), null) as ref
    from (
      select *
      from messages
      where room_id = (
        select id
        from room) and seq < ?
      order by seq desc
      limit 50) p
    limit - 1) p);

select r.name, (
  select min(seq)
  from messages
  where room_id = r.id and first_seq > 1), readers, concat(r.id, '.', first_seq, '-', (
    select max(seq) || '-' || created_at
    from messages
    where room_id = r.id and seq < ?), '-', (
    select max(seq) || '-' || created_at
    from changes
    where room_id = r.id), '-', (
    select version
    from versions
    where subject = 'names'), '-', u.id, '-6') as "version"
from rooms r
join users u on u.token_hash = ?
left join members m on m.user_id = u.id and m.room_id = r.id
where r.name_key = ? and not (u.name_key <> ? or (u.site_role is null)*u.banned_until > ? or not (owner_id is u.id or u.site_role is not null) and exists (
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
    where kind = 'ban' and ifnull(until > ?, 1)) or not (iif(owner_id = u.id and u.site_role is not 'admin', 'owner', coalesce(u.site_role, m.role, 'guest')) not in ('guest') or readers || posters in ('anyoneanyone', 'anyonemembers')));

select said, u, (
  select json_group_array(json_array(a.name, a.avatar, b.name, b.avatar, c.name, c.avatar, d.name, d.avatar, e.name, e.avatar, f.name, f.avatar, g.name, g.avatar))
  from json_each('[0' || replace(hex(zeroblob((json_array_length(u) - 1)/7)), '00', ',0') || ']')
  left join users a on a.id = u ->> (7 * key + 0)
  left join users b on b.id = u ->> (7 * key + 1)
  left join users c on c.id = u ->> (7 * key + 2)
  left join users d on d.id = u ->> (7 * key + 3)
  left join users e on e.id = u ->> (7 * key + 4)
  left join users f on f.id = u ->> (7 * key + 5)
  left join users g on g.id = u ->> (7 * key + 6)) as "names"
from (with room as (
    select id
    from rooms
    where name_key = ?)
  select json_group_array(json_array(seq, author_id, text, created_at, json_array(edited_at, deleted_at, reply_to, mentions, reactions, bot, files, ref, (
          select json_group_array(key)
          from json_each(p.reactions) cross
          join reactions r on r.room_id = p.room_id and target = p.seq and reaction = key and user_id = (
            select id
            from users
            where token_hash = ?))))) as said, '[' || concat_ws(',', group_concat(distinct author_id), group_concat(distinct ref ->> 1)) || ']' as u
  from (
    select *, iif(p.reply_to < ? + 1, (
        select json_array(seq, author_id, text, created_at, json_array(edited_at, deleted_at, reply_to, mentions, reactions, bot, files, null, (
              select json_group_array(key)
              from json_each(q.reactions) cross
              join reactions r on r.room_id = q.room_id and target = q.seq and reaction = key and user_id = (
                select id
                from users
                where token_hash = ?))))
        from messages q
        where room_id = p.room_id and seq = p.reply_to), null) as ref
    from (
      select *
      from messages
      where room_id = (
        select id
        from room) and seq > ?
      order by seq
      limit 50) p
    limit - 1) p);

select said, u, (
  select json_group_array(json_array(a.name, a.avatar, b.name, b.avatar, c.name, c.avatar, d.name, d.avatar, e.name, e.avatar, f.name, f.avatar, g.name, g.avatar))
  from json_each('[0' || replace(hex(zeroblob((json_array_length(u) - 1)/7)), '00', ',0') || ']')
  left join users a on a.id = u ->> (7 * key + 0)
  left join users b on b.id = u ->> (7 * key + 1)
  left join users c on c.id = u ->> (7 * key + 2)
  left join users d on d.id = u ->> (7 * key + 3)
  left join users e on e.id = u ->> (7 * key + 4)
  left join users f on f.id = u ->> (7 * key + 5)
  left join users g on g.id = u ->> (7 * key + 6)) as "names"
from (with room as (
    select id
    from rooms
    where name_key = ? and not instr(?, concat('"', id, '.', first_seq, '-', (
          select max(seq) || '-' || created_at
          from messages
          where room_id = id), '-', (
          select max(seq) || '-' || created_at
          from changes
          where room_id = id), '-', (
          select version
          from versions
          where subject = 'names'), '-', (
          select id
          from users
          where token_hash = ?), '-6"')))
  select json_group_array(json_array(seq, author_id, text, created_at, json_array(edited_at, deleted_at, reply_to, mentions, reactions, bot, files, ref, (
          select json_group_array(key)
          from json_each(p.reactions) cross
          join reactions r on r.room_id = p.room_id and target = p.seq and reaction = key and user_id = (
            select id
            from users
            where token_hash = ?))))) as said, '[' || concat_ws(',', group_concat(distinct author_id), group_concat(distinct ref ->> 1)) || ']' as u
  from (
    select *, iif(p.reply_to < ? + 1, (
        select json_array(seq, author_id, text, created_at, json_array(edited_at, deleted_at, reply_to, mentions, reactions, bot, files, null, (
              select json_group_array(key)
              from json_each(q.reactions) cross
              join reactions r on r.room_id = q.room_id and target = q.seq and reaction = key and user_id = (
                select id
                from users
                where token_hash = ?))))
        from messages q
        where room_id = p.room_id and seq = p.reply_to), null) as ref
    from (
      select *
      from messages
      where room_id = (
        select id
        from room) and seq > ?
      order by seq
      limit 50) p
    limit - 1) p);

select said, u, (
  select json_group_array(json_array(a.name, a.avatar, b.name, b.avatar, c.name, c.avatar, d.name, d.avatar, e.name, e.avatar, f.name, f.avatar, g.name, g.avatar))
  from json_each('[0' || replace(hex(zeroblob((json_array_length(u) - 1)/7)), '00', ',0') || ']')
  left join users a on a.id = u ->> (7 * key + 0)
  left join users b on b.id = u ->> (7 * key + 1)
  left join users c on c.id = u ->> (7 * key + 2)
  left join users d on d.id = u ->> (7 * key + 3)
  left join users e on e.id = u ->> (7 * key + 4)
  left join users f on f.id = u ->> (7 * key + 5)
  left join users g on g.id = u ->> (7 * key + 6)) as "names"
from (with room as (
    select id
    from rooms
    where name_key = ?)
  select json_group_array(json_array(seq, author_id, text, created_at, json_array(edited_at, deleted_at, reply_to, mentions, reactions, bot, files, ref, (
          select json_group_array(key)
          from json_each(p.reactions) cross
          join reactions r on r.room_id = p.room_id and target = p.seq and reaction = key and user_id = (
            select id
            from users
            where token_hash = ?))))) as said, '[' || concat_ws(',', group_concat(distinct author_id), group_concat(distinct ref ->> 1)) || ']' as u
  from (
    select *, iif(p.reply_to < ? - 25, (
        select json_array(seq, author_id, text, created_at, json_array(edited_at, deleted_at, reply_to, mentions, reactions, bot, files, null, (
              select json_group_array(key)
              from json_each(q.reactions) cross
              join reactions r on r.room_id = q.room_id and target = q.seq and reaction = key and user_id = (
                select id
                from users
                where token_hash = ?))))
        from messages q
        where room_id = p.room_id and seq = p.reply_to), null) as ref
    from (
      select *
      from (
        select *
        from messages
        where room_id = (
          select id
          from room) and seq < ?
        order by seq desc
        limit 25)
      union all
      select *
      from (
        select *
        from messages
        where room_id = (
          select id
          from room) and seq >= ?
        order by seq
        limit 25)) p
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
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when banned_until > now then 'banned
  from site'
  when not (role = 'admin' or role = 'siteModerator' or role = 'owner') and sanction = 'ban' then 'banned'
  when not (role not in ('guest') or readers || posters in ('anyoneanyone', 'anyonemembers')) then 'members only' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, users.id as user_id, users.name as user_name, ordinal, iif(owner_id = users.id and users.site_role is not 'admin', 'owner', coalesce(users.site_role, members.role, 'guest')) as role, (users.site_role is null)*users.banned_until as banned_until, (
      select min(kind)
      from (
        select *
        from sanctions
        where room_id = rooms.id and user_id = users.id
        union all
        select *
        from sanctions indexed by sanctions_name
        where room_id = rooms.id and name_key = users.name_key
        union all
        select *
        from sanctions indexed by sanctions_subject
        where room_id = rooms.id and subject = users.subject)
      where ifnull(until > now, true)) as sanction
    from (
      select ? as now)
    left join rooms on rooms.name_key = ?
    left join users on users.token_hash = ?
    left join members on members.user_id = users.id and members.room_id = rooms.id)) as auth;

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", deleted_at, "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", bot, files, "users"."avatar", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions r on r.room_id = messages.room_id and target = messages.seq and reaction = key and user_id = (
    select id
    from users
    where token_hash = ?)) as "own_reactions", iif(messages.reply_to < messages.seq, (
    select json_array((
        select json_array(name, avatar)
        from users
        where id = author_id), json_array(seq, author_id, text, created_at, json_array(edited_at, deleted_at, reply_to, mentions, reactions, bot, files, null, (
            select json_group_array(key)
            from json_each(q.reactions) cross
            join reactions r on r.room_id = q.room_id and target = q.seq and reaction = key and user_id = (
              select id
              from users
              where token_hash = ?)))))
    from messages q
    where room_id = messages.room_id and seq = messages.reply_to), null) as "answered"
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
  limit 1) - ? and messages.text is not null and (instr(lower(messages.text), ?) > 0 or messages.text glob '*[^ -~]*' or messages.files is not null)
order by "messages"."seq" desc
limit 500;

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
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when user_key <> ? then 'not you'
  when banned_until > now then 'banned
  from site'
  when not (role = 'admin' or role = 'siteModerator' or role = 'owner') and sanction = 'ban' then 'banned'
  when not (role not in ('guest') or readers || posters in ('anyoneanyone', 'anyonemembers')) then 'members only' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, users.id as user_id, users.name as user_name, ordinal, users.name_key as user_key, iif(owner_id = users.id and users.site_role is not 'admin', 'owner', coalesce(users.site_role, members.role, 'guest')) as role, (users.site_role is null)*users.banned_until as banned_until, (
      select min(kind)
      from (
        select *
        from sanctions
        where room_id = rooms.id and user_id = users.id
        union all
        select *
        from sanctions indexed by sanctions_name
        where room_id = rooms.id and name_key = users.name_key
        union all
        select *
        from sanctions indexed by sanctions_subject
        where room_id = rooms.id and subject = users.subject)
      where ifnull(until > now, true)) as sanction
    from (
      select ? as now)
    left join rooms on rooms.name_key = ?
    left join users on users.token_hash = ?
    left join members on members.user_id = users.id and members.room_id = rooms.id)) as auth;

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

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", deleted_at, "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", bot, files, "users"."avatar", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions r on r.room_id = messages.room_id and target = messages.seq and reaction = key and user_id = (
    select id
    from users
    where token_hash = ?)) as "own_reactions", iif(messages.reply_to < messages.seq, (
    select json_array((
        select json_array(name, avatar)
        from users
        where id = author_id), json_array(seq, author_id, text, created_at, json_array(edited_at, deleted_at, reply_to, mentions, reactions, bot, files, null, (
            select json_group_array(key)
            from json_each(q.reactions) cross
            join reactions r on r.room_id = q.room_id and target = q.seq and reaction = key and user_id = (
              select id
              from users
              where token_hash = ?)))))
    from messages q
    where room_id = messages.room_id and seq = messages.reply_to), null) as "answered"
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
    limit 1)) - ? and messages.text is not null and (instr(lower(messages.text), ?) > 0 or messages.text glob '*[^ -~]*' or messages.files is not null)
order by "messages"."seq" desc
limit 500;

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
  limit 1) as "last_seq", true as "has_author", exists (
  select 1
  from messages as m
  where m.room_id = auth.room_id and m.seq = ?) or ? < (
  select first_seq
  from rooms
  where id = auth.room_id) as "has_original"
from ( … as above ) as auth;

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", deleted_at, "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", bot, files, "users"."avatar", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions r on r.room_id = messages.room_id and target = messages.seq and reaction = key and user_id = (
    select id
    from users
    where token_hash = ?)) as "own_reactions", iif(messages.reply_to < messages.seq, (
    select json_array((
        select json_array(name, avatar)
        from users
        where id = author_id), json_array(seq, author_id, text, created_at, json_array(edited_at, deleted_at, reply_to, mentions, reactions, bot, files, null, (
            select json_group_array(key)
            from json_each(q.reactions) cross
            join reactions r on r.room_id = q.room_id and target = q.seq and reaction = key and user_id = (
              select id
              from users
              where token_hash = ?)))))
    from messages q
    where room_id = messages.room_id and seq = messages.reply_to), null) as "answered"
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
  limit 1) - ? and messages.text is not null and messages.reply_to = ?
order by "messages"."seq" desc
limit 51;

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

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", deleted_at, "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", bot, files, "users"."avatar", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions r on r.room_id = messages.room_id and target = messages.seq and reaction = key and user_id = (
    select id
    from users
    where token_hash = ?)) as "own_reactions", iif(messages.reply_to < messages.seq, (
    select json_array((
        select json_array(name, avatar)
        from users
        where id = author_id), json_array(seq, author_id, text, created_at, json_array(edited_at, deleted_at, reply_to, mentions, reactions, bot, files, null, (
            select json_group_array(key)
            from json_each(q.reactions) cross
            join reactions r on r.room_id = q.room_id and target = q.seq and reaction = key and user_id = (
              select id
              from users
              where token_hash = ?)))))
    from messages q
    where room_id = messages.room_id and seq = messages.reply_to), null) as "answered"
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
limit 51;
