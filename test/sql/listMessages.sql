select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", concat(auth.room_id, '-', (
    select seq || '-' || created_at
    from messages as m
    where m.room_id = auth.room_id and true
    order by seq desc
    limit 1), '-', (
    select seq || '-' || created_at
    from changes as c
    where c.room_id = auth.room_id
    order by seq desc
    limit 1), '-', (
    select version
    from versions
    where subject = 'names'), '-', auth.user_id, '-', 4) as "version", false as "is_known"
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when not role = 'owner' and sanction = 'ban' then 'banned'
  when not (role not in ('guest') or readers || posters in ('anyoneanyone', 'anyonemembers')) then 'members only' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, users.id as user_id, users.name as user_name, ordinal, iif(owner_id = users.id, 'owner', ifnull(members.role, 'guest')) as role, (
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

select "messages"."seq", "users"."id", "users"."name", "users"."avatar", "messages"."text", "messages"."created_at", "messages"."edited_at", "messages"."deleted_at", "messages"."reply_to", "messages"."mentions", "messages"."reactions", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions on reactions.room_id = messages.room_id and reactions.target = messages.seq and reactions.reaction = key and reactions.user_id = (
    select users.id
    from users
    where users.token_hash = ?)) as "own_reactions"
from "messages"
left join "users" on "users"."id" = "messages"."author_id"
where messages.room_id = (
  select room_id
  from (
    select id as room_id, (
      select users.id
      from users
      where users.token_hash = ?) as user_id
    from rooms
    where name_key = ?) as auth
  where not false) and true
order by "messages"."seq" desc
limit ?;

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", concat(auth.room_id, '-', (
    select seq || '-' || created_at
    from messages as m
    where m.room_id = auth.room_id and true
    order by seq desc
    limit 1), '-', (
    select seq || '-' || created_at
    from changes as c
    where c.room_id = auth.room_id
    order by seq desc
    limit 1), '-', (
    select version
    from versions
    where subject = 'names'), '-', auth.user_id, '-', 4) as "version", (? = '*' or instr(?, '"' || concat(auth.room_id, '-', (
        select seq || '-' || created_at
        from messages as m
        where m.room_id = auth.room_id and true
        order by seq desc
        limit 1), '-', (
        select seq || '-' || created_at
        from changes as c
        where c.room_id = auth.room_id
        order by seq desc
        limit 1), '-', (
        select version
        from versions
        where subject = 'names'), '-', auth.user_id, '-', 4) || '"') > 0) as "is_known"
from ( … as above ) as auth;

select "messages"."seq", "users"."id", "users"."name", "users"."avatar", "messages"."text", "messages"."created_at", "messages"."edited_at", "messages"."deleted_at", "messages"."reply_to", "messages"."mentions", "messages"."reactions", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions on reactions.room_id = messages.room_id and reactions.target = messages.seq and reactions.reaction = key and reactions.user_id = (
    select users.id
    from users
    where users.token_hash = ?)) as "own_reactions"
from "messages"
left join "users" on "users"."id" = "messages"."author_id"
where messages.room_id = (
  select room_id
  from (
    select id as room_id, (
      select users.id
      from users
      where users.token_hash = ?) as user_id
    from rooms
    where name_key = ?) as auth
  where not (? = '*' or instr(?, '"' || concat(auth.room_id, '-', (
          select seq || '-' || created_at
          from messages as m
          where m.room_id = auth.room_id and true
          order by seq desc
          limit 1), '-', (
          select seq || '-' || created_at
          from changes as c
          where c.room_id = auth.room_id
          order by seq desc
          limit 1), '-', (
          select version
          from versions
          where subject = 'names'), '-', auth.user_id, '-', 4) || '"') > 0)) and true
order by "messages"."seq" desc
limit ?;

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", concat(auth.room_id, '-', (
    select seq || '-' || created_at
    from messages as m
    where m.room_id = auth.room_id and true
    order by seq desc
    limit 1), '-', (
    select seq || '-' || created_at
    from changes as c
    where c.room_id = auth.room_id
    order by seq desc
    limit 1), '-', (
    select version
    from versions
    where subject = 'names'), '-', auth.user_id, '-', 4) as "version", false as "is_known"
from ( … as above ) as auth;

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", concat(auth.room_id, '-', (
    select seq || '-' || created_at
    from messages as m
    where m.room_id = auth.room_id and true
    order by seq desc
    limit 1), '-', (
    select seq || '-' || created_at
    from changes as c
    where c.room_id = auth.room_id
    order by seq desc
    limit 1), '-', (
    select version
    from versions
    where subject = 'names'), '-', auth.user_id, '-', 4) as "version", false as "is_known"
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when user_key <> ? then 'not you'
  when not role = 'owner' and sanction = 'ban' then 'banned'
  when not (role not in ('guest') or readers || posters in ('anyoneanyone', 'anyonemembers')) then 'members only' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, users.id as user_id, users.name as user_name, users.name_key as user_key, ordinal, iif(owner_id = users.id, 'owner', ifnull(members.role, 'guest')) as role, (
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

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", concat(auth.room_id, '-', (
    select seq || '-' || created_at
    from messages as m
    where m.room_id = auth.room_id and seq < ?
    order by seq desc
    limit 1), '-', (
    select seq || '-' || created_at
    from changes as c
    where c.room_id = auth.room_id
    order by seq desc
    limit 1), '-', (
    select version
    from versions
    where subject = 'names'), '-', auth.user_id, '-', 4) as "version", false as "is_known"
from ( … as above ) as auth;

select "messages"."seq", "users"."id", "users"."name", "users"."avatar", "messages"."text", "messages"."created_at", "messages"."edited_at", "messages"."deleted_at", "messages"."reply_to", "messages"."mentions", "messages"."reactions", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions on reactions.room_id = messages.room_id and reactions.target = messages.seq and reactions.reaction = key and reactions.user_id = (
    select users.id
    from users
    where users.token_hash = ?)) as "own_reactions"
from "messages"
left join "users" on "users"."id" = "messages"."author_id"
where messages.room_id = (
  select room_id
  from (
    select id as room_id, (
      select users.id
      from users
      where users.token_hash = ?) as user_id
    from rooms
    where name_key = ?) as auth
  where not false) and seq < ?
order by "messages"."seq" desc
limit ?;

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", concat(auth.room_id, '-', (
    select seq || '-' || created_at
    from messages as m
    where m.room_id = auth.room_id and seq < ?
    order by seq desc
    limit 1), '-', (
    select seq || '-' || created_at
    from changes as c
    where c.room_id = auth.room_id
    order by seq desc
    limit 1), '-', (
    select version
    from versions
    where subject = 'names'), '-', auth.user_id, '-', 4) as "version", (? = '*' or instr(?, '"' || concat(auth.room_id, '-', (
        select seq || '-' || created_at
        from messages as m
        where m.room_id = auth.room_id and seq < ?
        order by seq desc
        limit 1), '-', (
        select seq || '-' || created_at
        from changes as c
        where c.room_id = auth.room_id
        order by seq desc
        limit 1), '-', (
        select version
        from versions
        where subject = 'names'), '-', auth.user_id, '-', 4) || '"') > 0) as "is_known"
from ( … as above ) as auth;

select "messages"."seq", "users"."id", "users"."name", "users"."avatar", "messages"."text", "messages"."created_at", "messages"."edited_at", "messages"."deleted_at", "messages"."reply_to", "messages"."mentions", "messages"."reactions", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions on reactions.room_id = messages.room_id and reactions.target = messages.seq and reactions.reaction = key and reactions.user_id = (
    select users.id
    from users
    where users.token_hash = ?)) as "own_reactions"
from "messages"
left join "users" on "users"."id" = "messages"."author_id"
where messages.room_id = (
  select room_id
  from (
    select id as room_id, (
      select users.id
      from users
      where users.token_hash = ?) as user_id
    from rooms
    where name_key = ?) as auth
  where not (? = '*' or instr(?, '"' || concat(auth.room_id, '-', (
          select seq || '-' || created_at
          from messages as m
          where m.room_id = auth.room_id and seq < ?
          order by seq desc
          limit 1), '-', (
          select seq || '-' || created_at
          from changes as c
          where c.room_id = auth.room_id
          order by seq desc
          limit 1), '-', (
          select version
          from versions
          where subject = 'names'), '-', auth.user_id, '-', 4) || '"') > 0)) and seq < ?
order by "messages"."seq" desc
limit ?;

select "messages"."seq", "users"."id", "users"."name", "users"."avatar", "messages"."text", "messages"."created_at", "messages"."edited_at", "messages"."deleted_at", "messages"."reply_to", "messages"."mentions", "messages"."reactions", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions on reactions.room_id = messages.room_id and reactions.target = messages.seq and reactions.reaction = key and reactions.user_id = (
    select users.id
    from users
    where users.token_hash = ?)) as "own_reactions"
from "messages"
left join "users" on "users"."id" = "messages"."author_id"
where messages.room_id = (
  select room_id
  from (
    select id as room_id, (
      select users.id
      from users
      where users.token_hash = ?) as user_id
    from rooms
    where name_key = ?) as auth
  where not false) and seq > ?
order by "messages"."seq" asc
limit ?;

select "messages"."seq", "users"."id", "users"."name", "users"."avatar", "messages"."text", "messages"."created_at", "messages"."edited_at", "messages"."deleted_at", "messages"."reply_to", "messages"."mentions", "messages"."reactions", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions on reactions.room_id = messages.room_id and reactions.target = messages.seq and reactions.reaction = key and reactions.user_id = (
    select users.id
    from users
    where users.token_hash = ?)) as "own_reactions"
from "messages"
left join "users" on "users"."id" = "messages"."author_id"
where messages.room_id = (
  select room_id
  from (
    select id as room_id, (
      select users.id
      from users
      where users.token_hash = ?) as user_id
    from rooms
    where name_key = ?) as auth
  where not (? = '*' or instr(?, '"' || concat(auth.room_id, '-', (
          select seq || '-' || created_at
          from messages as m
          where m.room_id = auth.room_id and true
          order by seq desc
          limit 1), '-', (
          select seq || '-' || created_at
          from changes as c
          where c.room_id = auth.room_id
          order by seq desc
          limit 1), '-', (
          select version
          from versions
          where subject = 'names'), '-', auth.user_id, '-', 4) || '"') > 0)) and seq > ?
order by "messages"."seq" asc
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
  limit 1) as "last_seq", true as "has_author"
from ( … as above ) as auth;

select "messages"."seq", "users"."id", "users"."name", "users"."avatar", "messages"."text", "messages"."created_at", "messages"."edited_at", "messages"."deleted_at", "messages"."reply_to", "messages"."mentions", "messages"."reactions", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions on reactions.room_id = messages.room_id and reactions.target = messages.seq and reactions.reaction = key and reactions.user_id = (
    select users.id
    from users
    where users.token_hash = ?)) as "own_reactions"
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

select "messages"."seq", "users"."id", "users"."name", "users"."avatar", "messages"."text", "messages"."created_at", "messages"."edited_at", "messages"."deleted_at", "messages"."reply_to", "messages"."mentions", "messages"."reactions", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions on reactions.room_id = messages.room_id and reactions.target = messages.seq and reactions.reaction = key and reactions.user_id = (
    select users.id
    from users
    where users.token_hash = ?)) as "own_reactions"
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
  where name_key = ?) is not null as "has_author"
from ( … as above ) as auth;

select "messages"."seq", "users"."id", "users"."name", "users"."avatar", "messages"."text", "messages"."created_at", "messages"."edited_at", "messages"."deleted_at", "messages"."reply_to", "messages"."mentions", "messages"."reactions", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions on reactions.room_id = messages.room_id and reactions.target = messages.seq and reactions.reaction = key and reactions.user_id = (
    select users.id
    from users
    where users.token_hash = ?)) as "own_reactions"
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
