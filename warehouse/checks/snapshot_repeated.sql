-- Each payload is indexed once.
SELECT payload_digest, 'indexed ' || count(*) || ' times'
FROM snapshots GROUP BY payload_digest HAVING count(*) > 1
