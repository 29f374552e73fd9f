insert into "messages" ("room_id", "seq", "author_id", "text", "created_at", "edited_at", "deleted_at", "idempotency_key", "fingerprint", "reply_to", "mentions", "reactions")
select room_id, 1 + max( coalesce((
      select max(seq)
      from messages as m
      where m.room_id = auth.room_id), 0), coalesce((
      select max(seq)
      from changes as c
      where c.room_id = auth.room_id), 0)), user_id, ?, max(auth.now, coalesce( (
      select created_at
      from messages as m
      where m.room_id = auth.room_id
      order by seq desc
      limit 1), 0)), ?, ?, ?, ?, ?, ?, ?
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when role <> 'owner' and sanction is not null then iif(sanction = 'ban', 'banned', 'muted')
  when archived then 'archived'
  when not (role not in ('guest') or role in ('guest') and readers || posters in ('anyoneanyone')) then 'members only' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, archived, users.id as user_id, users.name as user_name, ordinal, joined_at, last_sent_at, slow_mode_seconds, newcomer_link_seconds, blocked_words, iif(owner_id = users.id, 'owner', ifnull(members.role, 'guest')) as role, (
      select min(kind)
      from (
        select kind, until
        from sanctions
        where sanctions.room_id = rooms.id and sanctions.user_id = users.id
        union all
        select kind, until
        from sanctions indexed by sanctions_name
        where sanctions.room_id = rooms.id and sanctions.name_key = users.name_key)
      where ifnull(until > now, true)) as sanction
    from (
      select ? as now)
    left join rooms on rooms.name_key = ?
    left join users on users.token_hash = ?
    left join members on members.user_id = users.id and members.room_id = rooms.id)) as auth
where refusal is null and not (coalesce(case
    when not (slow_mode_seconds > 0 and role in ('member', 'guest')) then null
    when last_sent_at > (auth.now - 1000 * slow_mode_seconds) then last_sent_at - (auth.now - 1000 * slow_mode_seconds) else (
      with recursive back (seq, author, at) as (
        select *
        from (
          select seq, author_id, created_at
          from messages as m
          where m.room_id = auth.room_id
          order by seq desc
          limit 1)
        union all
        select m.seq, m.author_id, m.created_at
        from back
        join messages as m on m.room_id = auth.room_id and m.seq = (
          select max(seq)
          from messages as n
          where n.room_id = auth.room_id and n.seq < back.seq)
        where author <> auth.user_id and at > (auth.now - 1000 * slow_mode_seconds)
        limit 50 )
      select at - (auth.now - 1000 * slow_mode_seconds)
      from back
      where author = auth.user_id and at > (auth.now - 1000 * slow_mode_seconds)) end, 0) > 0 or case
  when auth.role not in ('member', 'guest') then null
  when exists (
    select 1
    from (
      select ? as words), json_each(blocked_words)
    where instr(words, value ->> 'key') > 0 or value ->> 'key' glob '*[฀-໿က-ᇿក-៿぀-ヿ㐀-鿿𠀀-𿿿]*' and instr( replace(replace(replace(words, '{', ''), '}', ''), ' ', ''), replace(value ->> 'key', ' ', '')) > 0) then 'blocked word'
  when ? and newcomer_link_seconds > 0 and coalesce(joined_at, auth.now) > auth.now - 1000 * newcomer_link_seconds then 'link too soon' end is not null)
on conflict do nothing
returning "seq", "created_at";

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", ordinal is not null as "is_member", case
when not (slow_mode_seconds > 0 and role in ('member', 'guest')) then null
when last_sent_at > (auth.now - 1000 * slow_mode_seconds) then last_sent_at - (auth.now - 1000 * slow_mode_seconds) else (
  with recursive back (seq, author, at) as (
    select *
    from (
      select seq, author_id, created_at
      from messages as m
      where m.room_id = auth.room_id
      order by seq desc
      limit 1)
    union all
    select m.seq, m.author_id, m.created_at
    from back
    join messages as m on m.room_id = auth.room_id and m.seq = (
      select max(seq)
      from messages as n
      where n.room_id = auth.room_id and n.seq < back.seq)
    where author <> auth.user_id and at > (auth.now - 1000 * slow_mode_seconds)
    limit 50 )
  select at - (auth.now - 1000 * slow_mode_seconds)
  from back
  where author = auth.user_id and at > (auth.now - 1000 * slow_mode_seconds)) end as "slow_mode_wait", case
when auth.role not in ('member', 'guest') then null
when exists (
  select 1
  from (
    select ? as words), json_each(blocked_words)
  where instr(words, value ->> 'key') > 0 or value ->> 'key' glob '*[฀-໿က-ᇿក-៿぀-ヿ㐀-鿿𠀀-𿿿]*' and instr( replace(replace(replace(words, '{', ''), '}', ''), ' ', ''), replace(value ->> 'key', ' ', '')) > 0) then 'blocked word'
when ? and newcomer_link_seconds > 0 and coalesce(joined_at, auth.now) > auth.now - 1000 * newcomer_link_seconds then 'link too soon' end as "content_refusal"
from ( … as above ) as auth;

insert into "members" ("room_id", "ordinal", "user_id", "joined_at", "role", "last_sent_at", "read_seq")
select room_id, coalesce(ordinal, 1 + coalesce((
      select max(ordinal)
      from members as m
      where m.room_id = auth.room_id), 0)), user_id, now, ?, iif(((slow_mode_seconds > 0 and role in ('member', 'guest')) and slow_mode_seconds > 10), now, null), ?
from ( … as above ) as auth
where refusal is null and case
when ordinal is null or ((slow_mode_seconds > 0 and role in ('member', 'guest')) and slow_mode_seconds > 10) then exists (
  select 1
  from messages as m
  where m.room_id = auth.room_id and m.author_id = auth.user_id and m.created_at >= now and m.seq = (
    select max(seq)
    from messages as n
    where n.room_id = auth.room_id)) end
on conflict ("members"."room_id", "members"."ordinal") do update
set "last_sent_at" = excluded.last_sent_at;

insert into "messages" ("room_id", "seq", "author_id", "text", "created_at", "edited_at", "deleted_at", "idempotency_key", "fingerprint", "reply_to", "mentions", "reactions")
select room_id, 1 + max( coalesce((
      select max(seq)
      from messages as m
      where m.room_id = auth.room_id), 0), coalesce((
      select max(seq)
      from changes as c
      where c.room_id = auth.room_id), 0)), user_id, ?, max(auth.now, coalesce( (
      select created_at
      from messages as m
      where m.room_id = auth.room_id
      order by seq desc
      limit 1), 0)), ?, ?, ?, ?, ?, ?, ?
from ( … as above ) as auth
where refusal is null and not (coalesce(case
    when not (slow_mode_seconds > 0 and role in ('member', 'guest')) then null
    when last_sent_at > (auth.now - 1000 * slow_mode_seconds) then last_sent_at - (auth.now - 1000 * slow_mode_seconds) else (
      with recursive back (seq, author, at) as (
        select *
        from (
          select seq, author_id, created_at
          from messages as m
          where m.room_id = auth.room_id
          order by seq desc
          limit 1)
        union all
        select m.seq, m.author_id, m.created_at
        from back
        join messages as m on m.room_id = auth.room_id and m.seq = (
          select max(seq)
          from messages as n
          where n.room_id = auth.room_id and n.seq < back.seq)
        where author <> auth.user_id and at > (auth.now - 1000 * slow_mode_seconds)
        limit 50 )
      select at - (auth.now - 1000 * slow_mode_seconds)
      from back
      where author = auth.user_id and at > (auth.now - 1000 * slow_mode_seconds)) end, 0) > 0 or case
  when auth.role not in ('member', 'guest') then null
  when exists (
    select 1
    from (
      select ? as words), json_each(blocked_words)
    where instr(words, value ->> 'key') > 0 or value ->> 'key' glob '*[฀-໿က-ᇿក-៿぀-ヿ㐀-鿿𠀀-𿿿]*' and instr( replace(replace(replace(words, '{', ''), '}', ''), ' ', ''), replace(value ->> 'key', ' ', '')) > 0) then 'blocked word'
  when ? and newcomer_link_seconds > 0 and coalesce(joined_at, auth.now) > auth.now - 1000 * newcomer_link_seconds then 'link too soon' end is not null)
on conflict do nothing
returning "seq", "created_at";

select "messages"."seq", "messages"."created_at", "messages"."deleted_at", "messages"."fingerprint"
from ( … as above ) as auth
inner join "messages" on messages.room_id = auth.room_id and author_id = auth.user_id and idempotency_key = ?;
