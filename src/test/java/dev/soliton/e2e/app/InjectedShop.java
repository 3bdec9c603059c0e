package dev.soliton.e2e.app;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import java.util.Optional;

/** A function class that only an injector of the app's own can make. */
public final class InjectedShop {
    private final String sign;
    private final OwnShop shop;

    public InjectedShop(String sign, OwnShop shop) {
        this.sign = sign;
        this.shop = shop;
    }

    /** Serves {@code POST shop/{id}/{what}}, while the shop is open. */
    public HttpResponseMessage serve(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.POST,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = "shop/{id}/{what}")
                    HttpRequestMessage<Optional<String>> request,
            @BindingName("id") String id,
            @BindingName("what") String what,
            ExecutionContext invocation) {
        if (!sign.equals("open")) {
            throw new IllegalStateException("The shop is " + sign + ".");
        }
        return shop.serve(request, id, what, invocation);
    }
}
