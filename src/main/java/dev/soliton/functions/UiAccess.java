package dev.soliton.functions;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpStatus;
import dev.soliton.functions.UiSettings.Auth;
import dev.soliton.functions.UiSettings.Mode;
import java.util.Optional;

/**
 * Who may do what through the dashboard's own entrance to the API, which the host lets everybody call.
 *
 * <p>The platform's sign-in puts the user into headers, and a cookie into the browser. So two things have to be proved of each
 * request: that the platform wrote the headers, and that the dashboard made the request, and not a page of another site
 * whose reader has that cookie.
 */
final class UiAccess {
    private UiAccess() {}

    /** The user of a request; empty unless the platform vouches for them. */
    static Optional<Principal> userOf(HttpRequestMessage<?> request, UiSettings settings) {
        return settings.auth() == Auth.EASYAUTH && settings.isSignInOn() ? Principal.of(request) : Optional.empty();
    }

    /**
     * Lets a user in.
     *
     * @throws BadRequestException if there is no such entrance, nobody has signed in, another site made the request, or
     *     the user may not do it
     */
    static Principal admit(HttpRequestMessage<?> request, Settings settings) {
        UiSettings ui = settings.ui();
        if (ui.mode() == Mode.OFF || ui.auth() != Auth.EASYAUTH) {
            throw new BadRequestException(
                    HttpStatus.NOT_FOUND,
                    "The dashboard calls the API with a key here (settings SOLITON_UI, SOLITON_UI_AUTH).");
        }
        Principal user = userOf(request, ui)
                .orElseThrow(() -> new BadRequestException(
                        HttpStatus.UNAUTHORIZED,
                        ui.isSignInOn()
                                ? "Nobody has signed in."
                                : "The platform's sign-in is not on (WEBSITE_AUTH_ENABLED), so nothing that a request"
                                        + " says of its user counts."));
        if (!isFromTheDashboard(request, settings.trustForwardedHeaders())) {
            throw new BadRequestException(HttpStatus.FORBIDDEN, "Only pages of the dashboard can make this request.");
        }
        boolean isRead = request.getHttpMethod() == HttpMethod.GET;
        if (!user.isOneOf(ui.operators()) && !(isRead && user.isOneOf(ui.readers()))) {
            throw new BadRequestException(
                    HttpStatus.FORBIDDEN,
                    "'" + user.name() + "' is in none of the lists that allow this (settings SOLITON_UI_OPERATORS"
                            + (isRead ? " and SOLITON_UI_READERS)." : ")."));
        }
        return user;
    }

    /** Whether a script of the app's own origin made the request. */
    private static boolean isFromTheDashboard(HttpRequestMessage<?> request, boolean trustForwardedHeaders) {
        if (!"1".equals(Requests.header(request, UiRequest.HEADER))) {
            return false;
        }
        String site = Requests.header(request, "sec-fetch-site");
        return site == null
                ? InstanceUris.origin(request, trustForwardedHeaders)
                        .equalsIgnoreCase(Requests.header(request, "origin"))
                : site.equals("same-origin");
    }

    /**
     * Refuses a request by which a dashboard that only shows would change something. Who has a key can leave the
     * header out: this keeps the users of the dashboard from mistakes, and nobody from anything else.
     *
     * @throws BadRequestException if it is one
     */
    static void refuseChangeOfAReader(HttpRequestMessage<?> request, UiSettings settings) {
        if (settings.mode() != Mode.FULL && request.getHttpMethod() != HttpMethod.GET) {
            throw new BadRequestException(
                    HttpStatus.FORBIDDEN, "The dashboard only shows here, and changes nothing (setting SOLITON_UI).");
        }
    }
}
