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
        select max(seq) + 1 - 100
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
      limit 100) p
    limit - 1) p);

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
where name_key = ?;

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
      limit 101) p
    limit - 1) p);
