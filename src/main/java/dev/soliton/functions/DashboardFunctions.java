package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The functions that the dashboard needs beside those of instances and starts, and the dashboard itself. The worker
 * finds each function by the name of its method, which must be unique in the class.
 *
 * <p>The host tries routes in the order of the functions' names, and the first that fits wins. So {@code UiApi} comes
 * before {@code UiFiles}, whose route fits all that begins with {@code ui}.
 */
public final class DashboardFunctions {
    private final DashboardHandler dashboard;
    private final UiHandler files;
    private final UiApiHandler api;

    DashboardFunctions(Supplier<AppObjects> objects) {
        this(objects, UiAssets.builtIn());
    }

    /** Serves other files than those of this build. */
    DashboardFunctions(Supplier<AppObjects> objects, UiAssets assets) {
        this.dashboard = new DashboardHandler(objects);
        this.files = new UiHandler(objects, assets);
        this.api = new UiApiHandler(objects, dashboard);
    }

    /**
     * Shows who holds an ID, and what waits behind it: 200, or 404 if there is no instance. Serves
     * {@code GET instances/{instanceId}/holding}.
     */
    @FunctionName("GetHolding")
    public HttpResponseMessage holding(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.GET,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.HOLDING)
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.INSTANCE_ID) String instanceId,
            ExecutionContext invocation) {
        return dashboard.holding(request, instanceId, invocation);
    }

    /** Lists the orchestrators that callers may start, with what is said of them. Serves {@code GET orchestrators}. */
    @FunctionName("ListOrchestrators")
    public HttpResponseMessage orchestrators(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.GET,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.ORCHESTRATORS)
                    HttpRequestMessage<Optional<String>> request,
            ExecutionContext invocation) {
        return dashboard.orchestrators(request, invocation);
    }

    /** Shows that the app runs and is set up, and, if asked for, how its hub is. Serves {@code GET health}. */
    @FunctionName("Health")
    public HttpResponseMessage health(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.GET,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.HEALTH)
                    HttpRequestMessage<Optional<String>> request,
            ExecutionContext invocation) {
        return dashboard.health(request, invocation);
    }

    /**
     * The dashboard's entrance to the API for users who have signed in. The host checks no key here: the function
     * itself checks the user. Serves all methods and routes of the API below {@code ui/api/}.
     */
    @FunctionName("UiApi")
    public HttpResponseMessage callAsUser(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET, HttpMethod.POST, HttpMethod.DELETE},
                            authLevel = AuthorizationLevel.ANONYMOUS,
                            route = Routes.UI_API)
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.UI_PATH) String path,
            ExecutionContext invocation) {
        return api.serve(request, path, invocation);
    }

    /** The dashboard's page and what it is made of, for anybody. Serves {@code GET ui/}. */
    @FunctionName("UiFiles")
    public HttpResponseMessage show(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.GET,
                            authLevel = AuthorizationLevel.ANONYMOUS,
                            route = Routes.UI)
                    HttpRequestMessage<Optional<String>> request,
            ExecutionContext invocation) {
        return files.serve(request, invocation);
    }
}
