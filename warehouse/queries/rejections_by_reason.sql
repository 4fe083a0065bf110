-- Why pages gave no article, with one page to look at for each reason.
SELECT
    reason,
    count(DISTINCT coalesce(url, path, target)) AS pages,
    arg_max(coalesce(url, path, target), rejected_at) AS latest_page,
    arg_max(detail, rejected_at) AS latest_detail
FROM rejections
GROUP BY reason
ORDER BY pages DESC, reason;
