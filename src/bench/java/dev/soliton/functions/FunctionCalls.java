package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpResponseMessage;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.engine.Engine;
import dev.soliton.store.Storage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.mockito.Mockito;

/** The HTTP functions, called as the worker does, with requests that were made up. */
public final class FunctionCalls {
    private static final String URI = "http://localhost/api/orchestrators/Job/id";

    private final FunctionFactory functions;
    private final ExecutionContext invocation =
            Mockito.mock(Mockito.withSettings().stubOnly());

    /** Functions on top of this client. */
    public FunctionCalls(OrchestrationClient client, Storage storage, Engine engine) {
        AppObjects objects = new GraphBuilder(client, storage, InstantSource.system())
                .engine(engine)
                .limits(16 << 20, Duration.ofMinutes(10))
                .build();
        functions = new FunctionFactory(() -> objects);
        Logger silent = Logger.getAnonymousLogger();
        silent.setLevel(Level.OFF);
        Mockito.when(invocation.getLogger()).thenReturn(silent);
        Mockito.when(invocation.getInvocationId()).thenReturn("invocation");
    }

    /** {@code POST orchestrators/{name}/{id}}; returns the code of the answer. */
    public int start(String orchestrator, String instanceId) {
        return functions
                .getInstance(StartFunctions.class)
                .startSingle(new FakeRequest(URI, "{\"city\":\"Oslo\"}"), orchestrator, instanceId, invocation)
                .getStatusCode();
    }

    /** {@code GET instances/{id}}. */
    public int status(String instanceId) {
        return functions
                .getInstance(InstanceFunctions.class)
                .get(new FakeRequest(URI, null), instanceId, invocation)
                .getStatusCode();
    }

    /** {@code POST instances/{id}/raiseEvent/{name}}. */
    public int raise(String instanceId, String event) {
        HttpResponseMessage answer = functions
                .getInstance(InstanceFunctions.class)
                .raiseEvent(new FakeRequest(URI, "1"), instanceId, event, invocation);
        return answer.getStatusCode();
    }
}
