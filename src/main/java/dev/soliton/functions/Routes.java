package dev.soliton.functions;

/**
 * The names of the parameters in the routes.
 *
 * <p>The host puts the properties of a JSON body, the parameters of the query and those of the route into one map. Its
 * keys ignore case, and keep the first spelling. The worker then searches for the exact spelling of a route parameter.
 * A name without letters has one spelling, so no input of a caller can hide it.
 */
final class Routes {
    /** The instance ID. */
    static final String INSTANCE_ID = "_1";

    /** The orchestrator's name. */
    static final String FUNCTION_NAME = "_2";

    /** The event's name. */
    static final String EVENT_NAME = "_3";

    /** What follows the dashboard's own entrance to the API. */
    static final String UI_PATH = "_4";

    static final String ORCHESTRATORS = "orchestrators";
    static final String ORCHESTRATOR = ORCHESTRATORS + "/{" + FUNCTION_NAME + "}";
    static final String ORCHESTRATOR_INSTANCE = ORCHESTRATOR + "/{" + INSTANCE_ID + "}";
    static final String INSTANCES = "instances";
    static final String INSTANCE = INSTANCES + "/{" + INSTANCE_ID + "}";

    /** Follows the route of an instance. */
    static final String RAISE_EVENT = "/raiseEvent/{" + EVENT_NAME + "}";

    static final String HOLDING = INSTANCE + "/holding";
    static final String HEALTH = "health";
    static final String UI = "ui/{*path}";

    /** The default is there because the worker fails an invocation whose parameter is missing. */
    static final String UI_API = "ui/api/{*" + UI_PATH + "=none}";

    private Routes() {}
}
