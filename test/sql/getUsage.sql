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

select "user_id", "room_key"
from "listeners"
where user_id > 0
limit ?;

select (
  select place
  from sweeps
  where name = 'run') as "ran_at", (
  select count(*)
  from (
    select 1
    from deleted_rooms
    where id > 0
    limit ?) as waiting) as "deleted_rooms_left", (
  select ifnull(sum(ifnull(1 + max(ifnull((
              select max(seq)
              from messages
              where room_id = waiting.id), 0), ifnull((
              select max(seq)
              from changes
              where room_id = waiting.id), 0)) - nullif(min(ifnull((
                select min(seq)
                from messages
                where room_id = waiting.id), ?), ifnull((
                select min(seq)
                from changes
                where room_id = waiting.id), ?)), ?), 0)), 0)
  from (
    select id
    from deleted_rooms
    where id > 0
    order by id
    limit ?) as waiting) as "entries_left", (
  select count(*)
  from (
    select 1
    from erasures
    where user_id > 0
    limit ?) as waiting) as "erasures_left", (
  select count(*)
  from (
    select id, cutoff, first_message, last
    from (
      select id, ? - ?*retention_days as cutoff, max(ifnull((
            select max(seq)
            from messages
            where room_id = rooms.id), 0), ifnull((
            select max(seq)
            from changes
            where room_id = rooms.id), 0)) as last, (
        select min(seq)
        from messages
        where room_id = rooms.id) as first_message
      from (
        select *
        from rooms
        where id > ifnull((
            select place
            from sweeps
            where name = 'retention'), 0)
        order by id
        limit ?) as rooms
      where exists (
        select 1
        from rooms as r
        where r.retention_days is not null) and retention_days is not null) as place
    where exists (
      select 1
      from messages
      where room_id = place.id and seq = first_message and created_at < cutoff and (seq < last or text is not null or key_hash is not null))
    limit ?) as waiting) as "due_rooms", (
  select count(*)
  from (
    select created_at
    from held
    where created_at < ? - 2592000000
    order by created_at
    limit ?) as waiting) + (
  select count(*)
  from (
    select id
    from former_users
    where deleted_at < ?
    order by deleted_at
    limit ?) as waiting) + (
  select count(*)
  from (
    select room_id, user_id, kind
    from sanctions indexed by sanctions_until
    where until is not null and until <= ?
    order by until
    limit ?) as waiting) + (
  select count(*)
  from (
    select room_id, user_id, kind
    from sanctions indexed by sanctions_network_until
    where network_until is not null and network_until <= ?
    order by network_until
    limit ?) as waiting) + (
  select count(*)
  from (
    select user_id
    from user_networks
    where expires_at <= ?
    order by expires_at
    limit ?) as waiting) + (
  select count(*)
  from (
    select room_id, number
    from (
      select room_id, number
      from reports
      where resolved_at < ?
      order by resolved_at
      limit ?) as looked
    where number < (
      select max(number)
      from reports as t
      where t.room_id = looked.room_id)
    limit ?) as waiting) + (
  select count(*)
  from (
    select room_id, number
    from (
      select room_id, number
      from audit
      where created_at < ?
      order by created_at
      limit ?) as looked
    where number < (
      select max(number)
      from audit as t
      where t.room_id = looked.room_id)
    limit ?) as waiting) as "expired_left"
from (
  select 1);
