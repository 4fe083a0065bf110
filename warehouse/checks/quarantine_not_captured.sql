-- What a person can still release or look at can be read again.
SELECT target, 'held back, with no capture of ' || payload_digest
FROM quarantine ANTI JOIN snapshots USING (payload_digest)
WHERE state = 'waiting'
