package dev.soliton.functions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.azure.functions.HttpRequestMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A user as the platform's sign-in names them in the headers of a request. The headers prove something only where that
 * sign-in is in front of the app: anybody else can send them as well.
 *
 * @param name the name by which the identity provider knows them, often a mail address
 * @param objectId the ID of the user in the directory; null if the provider gives none
 * @param roles the roles that they have for this app
 */
record Principal(String name, @Nullable String objectId, Set<String> roles) {
    private static final String HEADER = "x-ms-client-principal";
    private static final String NAME_HEADER = "x-ms-client-principal-name";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_NAME = 320;

    private static final String ROLES = "roles";
    private static final Set<String> OBJECT_IDS =
            Set.of("http://schemas.microsoft.com/identity/claims/objectidentifier", "oid");
    private static final Pattern OBJECT_ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    Principal {
        roles = Set.copyOf(roles);
    }

    private record Claim(String type, String value) {}

    /** The user of a request; empty if its headers name none, or are not as the platform writes them. */
    static Optional<Principal> of(HttpRequestMessage<?> request) {
        String header = Requests.header(request, HEADER);
        if (header == null || header.isBlank()) {
            return Optional.empty();
        }
        try {
            String json = new String(Base64.getDecoder().decode(header.trim()), StandardCharsets.UTF_8);
            return of(JSON.readTree(json), Requests.header(request, NAME_HEADER));
        } catch (IllegalArgumentException | JsonProcessingException notAPrincipal) {
            return Optional.empty();
        }
    }

    private static Optional<Principal> of(@Nullable JsonNode principal, @Nullable String namedByHeader) {
        if (principal == null || !principal.isObject()) {
            return Optional.empty();
        }
        List<Claim> claims = claims(principal);
        String nameType = principal.path("name_typ").asText("");
        String roleType = principal.path("role_typ").asText("");
        String name = first(claims, Set.of(nameType)).orElse(namedByHeader);
        if (name == null || name.isBlank() || name.length() > MAX_NAME) {
            return Optional.empty();
        }
        Set<String> roles = new TreeSet<>();
        for (Claim claim : claims) {
            if (claim.type().equals(ROLES)
                    || (!roleType.isEmpty() && claim.type().equals(roleType))) {
                roles.add(claim.value());
            }
        }
        return Optional.of(new Principal(name.trim(), first(claims, OBJECT_IDS).orElse(null), roles));
    }

    private static List<Claim> claims(JsonNode principal) {
        List<Claim> claims = new ArrayList<>();
        for (JsonNode claim : principal.path("claims")) {
            if (claim.path("typ").isTextual() && claim.path("val").isTextual()) {
                claims.add(
                        new Claim(claim.get("typ").textValue(), claim.get("val").textValue()));
            }
        }
        return claims;
    }

    private static Optional<String> first(List<Claim> claims, Set<String> types) {
        return claims.stream()
                .filter(claim -> !claim.type().isEmpty() && types.contains(claim.type()))
                .map(Claim::value)
                .findFirst();
    }

    /**
     * Whether an entry of a list means this user. One with an {@code @} is the name of a user, in any case; one in the form of
     * a UUID is the object ID of a user; any other is a role, to the letter. So nobody who can choose a name becomes
     * what the list calls a role.
     */
    boolean isOneOf(Set<String> entries) {
        return entries.stream().anyMatch(this::is);
    }

    private boolean is(String entry) {
        if (entry.indexOf('@') >= 0) {
            return entry.equalsIgnoreCase(name);
        }
        return OBJECT_ID.matcher(entry).matches() ? entry.equalsIgnoreCase(objectId) : roles.contains(entry);
    }
}
