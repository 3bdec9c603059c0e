package dev.soliton.local.host;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A program that starts a host and then only waits, to be killed by a test. */
final class HostParent {

    /** What comes before the host's process id on standard output. */
    static final String PID = "host pid ";

    private HostParent() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        HostProcess host = HostProcess.start(HostProcess.Options.of(Path.of(arguments[0])));
        host.awaitReady(Duration.ofSeconds(90));
        System.out.println(PID + host.pid());
        new CountDownLatch(1).await();
    }
}
