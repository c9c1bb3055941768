#include "tests/integration/provider.hpp"

namespace rollcall::integration {

provider::provider(const http::endpoint& where, std::string key)
    : client_(where),
      headers_{{"Authorization", "Bearer " + std::move(key)},
               {"Content-Type", "application/scim+json"}} {}

reply provider::send(std::string_view method, std::string_view target, std::string_view body) {
    const auto answer = client_.send(method, target, headers_, body);
    if (!answer) return {};
    return {answer->status, answer->body, std::string(answer->header("ETag"))};
}

reply provider::create(std::string_view body) {
    return send("POST", "/scim/v2/Users", body);
}

reply provider::patch(std::string_view id, std::string_view body) {
    return send("PATCH", "/scim/v2/Users/" + std::string(id), body);
}

reply provider::put(std::string_view id, std::string_view body) {
    return send("PUT", "/scim/v2/Users/" + std::string(id), body);
}

reply provider::remove(std::string_view id) {
    return send("DELETE", "/scim/v2/Users/" + std::string(id));
}

reply provider::get(std::string_view id) {
    return send("GET", "/scim/v2/Users/" + std::string(id));
}

reply provider::find(std::string_view user_name) {
    return send("GET",
                "/scim/v2/Users?filter=userName%20eq%20%22" + std::string(user_name) + "%22");
}

std::string user_body(std::string_view user_name, std::string_view token) {
    const std::string t(token);
    return R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":")" +
           std::string(user_name) + R"(","title":")" + t + R"(","nickName":")" + t +
           R"(","active":true})";
}

std::string patch_body(std::string_view token, std::optional<bool> active) {
    const std::string t(token);
    std::string body =
        R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[)"
        R"({"op":"replace","path":"title","value":")" +
        t + R"("},{"op":"replace","path":"nickName","value":")" + t + R"("})";
    if (active)
        body += std::string(R"(,{"op":"replace","path":"active","value":)") +
                (*active ? "true" : "false") + "}";
    return body + "]}";
}

} // namespace rollcall::integration
