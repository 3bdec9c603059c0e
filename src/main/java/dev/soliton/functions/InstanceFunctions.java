package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import dev.soliton.client.OrchestrationClient;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The functions that show, change and remove instances. The worker finds each function by the name of its method, which
 * must be unique in the class.
 */
public final class InstanceFunctions {
    private final StatusHandler statuses;
    private final OperationHandler operations;
    private final PurgeHandler purges;

    InstanceFunctions(Supplier<AppObjects> objects) {
        this.statuses = new StatusHandler(objects);
        this.operations = new OperationHandler(objects);
        this.purges = new PurgeHandler(objects);
    }

    /**
     * Shows the status of an instance: 202 while it goes on, 200 when it has ended, 404 if there is none. A caller that
     * asks for an execution sees the current one, or the queued run, or gets 404. Serves
     * {@code GET instances/{instanceId}}.
     */
    @FunctionName("GetInstance")
    public HttpResponseMessage get(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.GET,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.INSTANCE)
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.INSTANCE_ID) String instanceId,
            ExecutionContext invocation) {
        return statuses.get(request, instanceId, invocation);
    }

    /**
     * Lists instances: 200 with the statuses of those that the parameters select, page by page. Serves
     * {@code GET instances}.
     */
    @FunctionName("ListInstances")
    public HttpResponseMessage list(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.GET,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.INSTANCES)
                    HttpRequestMessage<Optional<String>> request,
            ExecutionContext invocation) {
        return statuses.list(request, invocation);
    }

    /**
     * Removes an instance that has ended: 200, or 412 if it has not, or 404 if there is none. Serves {@code DELETE
     * instances/{instanceId}}.
     */
    @FunctionName("PurgeInstance")
    public HttpResponseMessage purge(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.DELETE,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.INSTANCE)
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.INSTANCE_ID) String instanceId,
            ExecutionContext invocation) {
        return purges.purge(request, instanceId, invocation);
    }

    /**
     * Removes the ended instances that the parameters select: 200 with their number, or 404 if there is none. Serves
     * {@code DELETE instances}.
     */
    @FunctionName("PurgeInstances")
    public HttpResponseMessage purgeMany(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.DELETE,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.INSTANCES)
                    HttpRequestMessage<Optional<String>> request,
            ExecutionContext invocation) {
        return purges.purgeMany(request, invocation);
    }

    /**
     * Raises an event for an instance: 202 if it is stored, 410 if the instance has ended, 404 if there is none. Serves
     * {@code POST instances/{instanceId}/raiseEvent/{eventName}}.
     */
    @FunctionName("RaiseEvent")
    public HttpResponseMessage raiseEvent(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.POST,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.INSTANCE + Routes.RAISE_EVENT)
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.INSTANCE_ID) String instanceId,
            @BindingName(Routes.EVENT_NAME) String eventName,
            ExecutionContext invocation) {
        return operations.raiseEvent(request, instanceId, eventName, invocation);
    }

    /**
     * Ends an instance: 202 if the request is stored, 410 if the instance has ended already, 404 if there is none.
     * Serves {@code POST instances/{instanceId}/terminate}.
     */
    @FunctionName("TerminateInstance")
    public HttpResponseMessage terminate(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.POST,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.INSTANCE + "/terminate")
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.INSTANCE_ID) String instanceId,
            ExecutionContext invocation) {
        return operations.terminate(request, instanceId, invocation);
    }

    /**
     * Suspends an instance: 202 if the request is stored, 410 if the instance has ended, 404 if there is none. Serves
     * {@code POST instances/{instanceId}/suspend}.
     */
    @FunctionName("SuspendInstance")
    public HttpResponseMessage suspend(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.POST,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.INSTANCE + "/suspend")
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.INSTANCE_ID) String instanceId,
            ExecutionContext invocation) {
        return operations.apply(request, "suspend", OrchestrationClient::suspend, instanceId, invocation);
    }

    /**
     * Resumes an instance: 202 if the request is stored, 410 if the instance has ended, 404 if there is none. Serves
     * {@code POST instances/{instanceId}/resume}.
     */
    @FunctionName("ResumeInstance")
    public HttpResponseMessage resume(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.POST,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.INSTANCE + "/resume")
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.INSTANCE_ID) String instanceId,
            ExecutionContext invocation) {
        return operations.apply(request, "resume", OrchestrationClient::resume, instanceId, invocation);
    }

    /**
     * Resumes an instance that has failed: 202 if it goes on, 412 if it has not failed, 404 if there is none. Serves
     * {@code POST instances/{instanceId}/rewind}.
     */
    @FunctionName("RewindInstance")
    public HttpResponseMessage rewind(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.POST,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.INSTANCE + "/rewind")
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.INSTANCE_ID) String instanceId,
            ExecutionContext invocation) {
        return operations.rewind(request, instanceId, invocation);
    }
}
