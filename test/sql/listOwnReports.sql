select "id", "name", "avatar", "protected", "site_role", "created_at", "name_key"
from "users"
where users.token_hash = ?;

select reports.room_id as "report_room_id", rooms.name as "room_name", "reports"."number", "reports"."target", nullif(reason, '') as "report_reason", reports.created_at as "reported_at", case
when messages.deleted_at is not null or messages.seq is null then 'messageDeleted'
when (exists (
    select 1
    from sanctions
    where sanctions.room_id in (reports.room_id, 0) and sanctions.user_id = messages.author_id and sanctions.created_at >= reports.created_at and kind = 'ban') or exists (
    select 1
    from audit indexed by audit_bans
    where audit.room_id in (reports.room_id, 0) and audit.subject_id = messages.author_id and audit.created_at >= reports.created_at and action = 'ban')) then 'authorBanned'
when resolved_at is not null then 'dismissed' else 'open' end as "outcome"
from "reports"
left join "rooms" on "rooms"."id" = "reports"."room_id"
left join "messages" on messages.room_id = reports.room_id and messages.seq = reports.target
where reporter_id = (
  select id
  from users
  where users.token_hash = ?) and true
order by reports.created_at desc, reports.room_id desc, reports.number desc
limit ?;

select reports.room_id as "report_room_id", rooms.name as "room_name", "reports"."number", "reports"."target", nullif(reason, '') as "report_reason", reports.created_at as "reported_at", case
when messages.deleted_at is not null or messages.seq is null then 'messageDeleted'
when (exists (
    select 1
    from sanctions
    where sanctions.room_id in (reports.room_id, 0) and sanctions.user_id = messages.author_id and sanctions.created_at >= reports.created_at and kind = 'ban') or exists (
    select 1
    from audit indexed by audit_bans
    where audit.room_id in (reports.room_id, 0) and audit.subject_id = messages.author_id and audit.created_at >= reports.created_at and action = 'ban')) then 'authorBanned'
when resolved_at is not null then 'dismissed' else 'open' end as "outcome"
from "reports"
left join "rooms" on "rooms"."id" = "reports"."room_id"
left join "messages" on messages.room_id = reports.room_id and messages.seq = reports.target
where reporter_id = (
  select id
  from users
  where users.token_hash = ?) and (reports.created_at, reports.room_id, reports.number) < (?, ?, ?)
order by reports.created_at desc, reports.room_id desc, reports.number desc
limit ?;
