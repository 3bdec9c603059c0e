package dev.soliton.examples;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link WatchUrl} has found: its custom status, and its output at the end. Times are ISO-8601, in UTC.
 *
 * @param url what is watched
 * @param from when the watch began
 * @param checks how often it looked
 * @param up whether the URL answered well last time; null before the first look
 * @param since since when it is up, or down; null before the first look
 * @param outages how often it went down, or was so at the start
 * @param changes how often an answer was another than the good one before it
 * @param hash of the last good answer; null if there was none
 * @param checkedAt when it looked last; null before the first look
 * @param last what it saw then; null before the first look
 */
record WatchReport(
        String url,
        String from,
        long checks,
        @Nullable Boolean up,
        @Nullable String since,
        long outages,
        long changes,
        @Nullable String hash,
        @Nullable String checkedAt,
        FetchUrl.@Nullable Result last) {

    /** The report of a watch that has not looked yet. */
    static WatchReport begin(String url, String now) {
        return new WatchReport(url, now, 0, null, null, 0, 0, null, null, null);
    }

    /** The report after one more look. */
    WatchReport after(FetchUrl.Result seen, String now) {
        boolean isUp = seen.isGood();
        boolean turned = up == null || up != isUp;
        boolean changed = isUp && hash != null && !hash.equals(seen.hash());
        return new WatchReport(
                url,
                from,
                checks + 1,
                isUp,
                turned ? now : since,
                outages + (turned && !isUp ? 1 : 0),
                changes + (changed ? 1 : 0),
                isUp ? seen.hash() : hash,
                now,
                seen);
    }
}
