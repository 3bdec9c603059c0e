package dev.soliton.functions;

import com.azure.data.tables.TableServiceClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.queue.QueueServiceClient;
import dev.soliton.app.AppEnvironment;
import dev.soliton.app.SolitonApp;
import dev.soliton.azure.StorageAccount;
import dev.soliton.orchestration.Registry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Finds the apps of the process, has them register what they can run, and closes what they opened. */
final class AppLoader implements AppEnvironment {
    private static final Logger LOGGER = Logger.getLogger(AppLoader.class.getName());

    /** What a process without any orchestrator says. */
    static final String NO_ORCHESTRATORS =
            "No orchestrator is registered: META-INF/services/dev.soliton.app.SolitonApp on the class path names no app"
                    + " that registers one.";

    private final Map<String, String> settings;
    private final StorageAccount account;
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();

    AppLoader(Map<String, String> settings, StorageAccount account) {
        this.settings = Map.copyOf(settings);
        this.account = account;
    }

    /**
     * What all apps on the class path register.
     *
     * @throws AppException if an app cannot be loaded, fails, or registers what another has registered
     */
    Registry load() {
        return load(ServiceLoader.load(SolitonApp.class, AppLoader.class.getClassLoader()));
    }

    /** What these apps register. */
    Registry load(Iterable<SolitonApp> apps) {
        Registry all = new Registry();
        Map<String, String> orchestrators = new HashMap<>();
        Map<String, String> activities = new HashMap<>();
        try {
            for (SolitonApp app : apps) {
                String name = app.getClass().getName();
                Registry own = registered(app, name);
                claim("orchestrator", own.orchestrators(), name, orchestrators);
                claim("activity", own.activities(), name, activities);
                add(all, own, name);
            }
        } catch (ServiceConfigurationError broken) {
            throw new AppException("An app could not be loaded: " + broken.getMessage(), broken);
        }
        if (all.orchestrators().isEmpty()) {
            LOGGER.log(Level.WARNING, "{0}", NO_ORCHESTRATORS);
        }
        return all;
    }

    private Registry registered(SolitonApp app, String name) {
        Registry own = new Registry();
        try {
            app.register(own, this);
        } catch (RuntimeException failure) {
            throw new AppException("The app " + name + " could not register: " + failure.getMessage(), failure);
        }
        return own;
    }

    private static void claim(String kind, Set<String> names, String app, Map<String, String> owners) {
        for (String name : names) {
            String other = owners.putIfAbsent(name, app);
            if (other != null) {
                throw new AppException(
                        "The " + kind + " '" + name + "' is registered by " + other + " and by " + app + ".", null);
            }
        }
    }

    private static void add(Registry all, Registry own, String name) {
        try {
            all.addAll(own);
        } catch (IllegalArgumentException conflict) {
            throw new AppException("The app " + name + " could not register: " + conflict.getMessage(), conflict);
        }
    }

    @Override
    public Map<String, String> settings() {
        return settings;
    }

    @Override
    public TableServiceClient tables() {
        return account.tables();
    }

    @Override
    public BlobServiceClient blobs() {
        return account.blobs();
    }

    @Override
    public QueueServiceClient queues() {
        return account.queues();
    }

    @Override
    public void closeAtTheEnd(AutoCloseable resource) {
        synchronized (resources) {
            resources.push(resource);
        }
    }

    /** Closes what the apps opened, the last first. */
    void close() {
        for (AutoCloseable resource = next(); resource != null; resource = next()) {
            try {
                resource.close();
            } catch (Exception failure) {
                LOGGER.log(Level.WARNING, "something of the app could not be closed", failure);
            }
        }
    }

    private @Nullable AutoCloseable next() {
        synchronized (resources) {
            return resources.poll();
        }
    }
}
