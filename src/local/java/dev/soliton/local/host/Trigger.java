package dev.soliton.local.host;

import java.util.Locale;
import java.util.Set;

/** What makes a function run: the triggers this host knows, with the names and settings they mention still unresolved. */
sealed interface Trigger {

    /** The type as function.json calls it. */
    String type();

    /** The name of the trigger's binding, which annotated parameters refer to. */
    String bindingName();

    /**
     * An HTTP request.
     *
     * @param route the template below the route prefix, empty for the function's name
     * @param methods in upper case; none is all
     * @param authLevel who may call, as function.json says it
     * @param responds whether there is a {@code $return} binding
     */
    record Http(String bindingName, String route, Set<String> methods, String authLevel, boolean responds)
            implements Trigger {

        public Http {
            methods = Set.copyOf(methods);
        }

        @Override
        public String type() {
            return "httpTrigger";
        }

        boolean accepts(String method) {
            return methods.isEmpty() || methods.contains(method.toUpperCase(Locale.ROOT));
        }
    }

    /** A message in a queue. */
    record Queue(String bindingName, String queueName, String connection) implements Trigger {
        @Override
        public String type() {
            return "queueTrigger";
        }
    }

    /** A schedule. */
    record Timer(String bindingName, String schedule, boolean runOnStartup, boolean useMonitor) implements Trigger {
        @Override
        public String type() {
            return "timerTrigger";
        }
    }
}
