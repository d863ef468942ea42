-- An example: a web shop's own tables, shown to the agent as the documented `orders`.
-- Adapt the names on the right; keep the column names on the left (see docs/orders.md).
-- Runs as it stands on SQLite; on PostgreSQL write string_agg instead of group_concat.
-- Give the agent's database user SELECT on this view and on nothing else.
CREATE VIEW orders AS
SELECT
  o.number AS order_id,
  CAST(o.buyer AS TEXT) AS customer_id,
  substr(o.phone, -4) AS phone_tail,
  CASE o.state
    WHEN 'new' THEN 'unpaid'
    WHEN 'paid' THEN 'paid'
    WHEN 'ready' THEN 'packed'
    WHEN 'sent' THEN 'shipped'
    WHEN 'done' THEN 'delivered'
    WHEN 'return' THEN 'refunding'
    WHEN 'returned' THEN 'refunded'
    ELSE 'cancelled'
  END AS status,
  o.placed_utc || '+00:00' AS created_at,
  (
    SELECT group_concat(l.article || 'x' || l.pieces, '|')
    FROM order_line AS l
    WHERE l.order_number = o.number
  ) AS items,
  -- Cents to text without going through a floating-point number.
  (o.total_cents / 100) || '.' || substr('0' || (o.total_cents % 100), -2) AS amount,
  o.currency AS currency,
  o.parcel_service AS carrier,
  o.parcel_number AS tracking_no,
  o.remark AS note
FROM web_order AS o;
