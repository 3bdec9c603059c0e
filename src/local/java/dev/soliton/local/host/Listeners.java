package dev.soliton.local.host;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.queue.QueueClient;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** The listeners of queue and timer functions, and how one is made. */
final class Listeners {

    private static final Pattern QUEUE_NAME = Pattern.compile("(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]");

    private final AppSettings settings;
    private final HostJson hostJson;
    private final String hostId;
    private final Duration messageLease;
    private final HeldMessages held;
    private final Environment environment;
    private final List<Listener> all = new ArrayList<>();

    /** What listeners run in. */
    record Environment(TimerListener.Threads threads, InstantSource clock, RandomGenerator random) {}

    Listeners(
            AppSettings settings,
            HostJson hostJson,
            String hostId,
            Duration messageLease,
            HeldMessages held,
            Environment environment) {
        this.settings = settings;
        this.hostJson = hostJson;
        this.hostId = hostId;
        this.messageLease = messageLease;
        this.held = held;
        this.environment = environment;
    }

    void start() {
        all.forEach(Listener::start);
    }

    void stop() {
        all.forEach(Listener::stop);
    }

    /** Ends the polls, and leaves locks and messages to run out. */
    void abandon() {
        held.forgetAll();
        for (Listener listener : all) {
            if (listener instanceof QueueListener queue) {
                queue.stop();
            }
        }
    }

    /** Adds a queue function's listener. */
    void add(LoadedFunction function, Trigger.Queue trigger, Invoker invoker) {
        String name = settings.resolve(trigger.queueName()).toLowerCase(Locale.ROOT);
        if (!QUEUE_NAME.matcher(name).matches()) {
            throw new FunctionInError("'" + name + "' is not a valid queue name.");
        }
        String connectionString = settings.connectionString(trigger.connection());
        HostJson.Queues options = hostJson.queues();
        TimerListener.Threads threads = environment.threads();
        QueueClient queue = StorageClients.queue(connectionString, name);
        QueueMessageRun runs = new QueueMessageRun(
                function,
                trigger,
                queue,
                PoisonQueue.of(connectionString, name, this::wake),
                options,
                invoker,
                new QueueMessageRun.Leases(
                        messageLease,
                        threads.scheduler(),
                        held,
                        environment.threads().console()));
        all.add(new QueueListener(
                function.definition().name(),
                queue,
                new QueueListener.Shared(
                        options,
                        messageLease,
                        threads.pool(),
                        threads.inFlight(),
                        environment.threads().console()),
                new PollingDelay(options.maxPollingInterval(), environment.random()),
                runs));
    }

    private void wake(String queueName) {
        for (Listener listener : all) {
            if (listener instanceof QueueListener queue && queue.queueName().equals(queueName)) {
                queue.wake();
            }
        }
    }

    /** Adds a timer function's listener. */
    void add(LoadedFunction function, Trigger.Timer trigger, Invoker invoker) {
        TimerSchedule schedule = TimerSchedule.parse(settings.resolve(trigger.schedule()));
        String zone = settings.find("WEBSITE_TIME_ZONE");
        TimerListener.Time time =
                new TimerListener.Time(environment.clock(), zone == null ? ZoneId.systemDefault() : ZoneId.of(zone));
        BlobContainerClient blobs = StorageClients.hostBlobs(settings.connectionString(""));
        String name = function.definition().logName();
        boolean monitored = trigger.useMonitor() && !schedule.isFrequent(time.now());
        TimerListener.Plan plan = new TimerListener.Plan(
                schedule,
                monitored ? Optional.of(new TimerMonitor(blobs, hostId, name)) : Optional.empty(),
                trigger.runOnStartup());
        ListenerLock lock = new ListenerLock(
                blobs,
                hostId,
                name,
                hostJson.singleton(),
                environment.threads().scheduler(),
                environment.threads().console());
        all.add(new TimerListener(function, plan, lock, invoker, environment.threads(), time));
    }
}
