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

select count as "file_count", sum as "file_bytes"
from (
  select count(*) as count, ifnull(sum(bytes), 0) as sum
  from (
    select room_id, user_id, bytes
    from files
    where state = 'used'
    limit 20000));

select count as "file_count", sum as "file_bytes", rooms.name as "room_name"
from (
  select room_id as key, count(*) as count, sum(bytes) as sum
  from (
    select room_id, user_id, bytes
    from files
    where state = 'used'
    limit 20000) group by 1
  order by sum desc
  limit 20) as largest
left join "rooms" on rooms.id = largest.key;

select count as "file_count", sum as "file_bytes", users.id as "sender_id", users.name as "sender_name"
from (
  select user_id as key, count(*) as count, sum(bytes) as sum
  from (
    select room_id, user_id, bytes
    from files
    where state = 'used'
    limit 20000) group by 1
  order by sum desc
  limit 20) as largest
left join "users" on users.id = largest.key;
