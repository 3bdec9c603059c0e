package dev.soliton.azure;

import com.azure.core.util.SharedExecutorService;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of the Azure SDK. By default the SDK ends its shared threads in a shutdown hook, and without them it
 * reads no answer any more: a worker that is told to end could neither hand off its work nor release its lease. These
 * threads end with the process.
 */
final class SdkThreads {
    /** As many as the SDK would have. */
    private static final int SHARED = 10 * Runtime.getRuntime().availableProcessors();

    private static final ScheduledExecutorService OF_SDK = shared();

    /** The threads that send requests and read answers. */
    static final Executor OF_HTTP = Executors.newCachedThreadPool(SdkThreads::daemon);

    private SdkThreads() {}

    /** Makes all clients of this process use these threads. */
    static void outliveShutdownHooks() {
        SharedExecutorService.getInstance().setExecutorService(OF_SDK);
    }

    private static ScheduledExecutorService shared() {
        ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(SHARED, SdkThreads::daemon);
        threads.setKeepAliveTime(60, TimeUnit.SECONDS);
        threads.allowCoreThreadTimeOut(true);
        // Nearly all of its tasks are timeouts of reads that end in time.
        threads.setRemoveOnCancelPolicy(true);
        return threads;
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "soliton-storage");
        thread.setDaemon(true);
        return thread;
    }
}
