package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The first starts of a process that has nothing but the app: a JVM whose class path is the staged folder, and which calls
 * the function as the worker would. It prints how many milliseconds after the JVM's start each was answered, and how many
 * classes were loaded by then.
 */
public final class FirstStart {
    private FirstStart() {}

    /** Calls the function that often, one start after another. */
    public static void main(String[] args) {
        print("main");
        FunctionFactory factory = new FunctionFactory();
        print("factory");
        for (int i = 1; i <= Integer.parseInt(args[0]); i++) {
            String id = "first-" + UUID.randomUUID();
            HttpResponseMessage answer = factory.getInstance(StartFunctions.class)
                    .startSingle(
                            new FakeRequest("http://localhost/api/orchestrators/HelloCities/" + id, null),
                            "HelloCities",
                            id,
                            new Invocation());
            if (answer.getStatusCode() != 202) {
                throw new IllegalStateException("Answered " + answer.getStatusCode() + ": " + answer.getBody());
            }
            print("start-" + i);
        }
        System.exit(0);
    }

    private static void print(String what) {
        long millis = System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime();
        System.out.printf(
                Locale.ROOT,
                "%s %d %d %d%n",
                what,
                millis,
                ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1_000_000,
                ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount());
    }

    private static final class Invocation implements ExecutionContext {
        private final Logger logger = Logger.getAnonymousLogger();

        Invocation() {
            logger.setLevel(Level.OFF);
        }

        @Override
        public Logger getLogger() {
            return logger;
        }

        @Override
        public String getInvocationId() {
            return "invocation";
        }

        @Override
        public String getFunctionName() {
            return "HttpStartSingle";
        }
    }
}
