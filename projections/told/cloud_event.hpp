// CloudEvents 1.0 and their Kafka binding: the attributes that stand around what is told.
//
//   binary      headers ce_specversion, ce_id, ce_source, ce_type, ... and content-type:
//               application/json; the value is the data
//   structured  header content-type: application/cloudevents+json; charset=UTF-8; the value is a
//               JSON object of the attributes, with the data in `data`
//   tombstone   no value, and the headers of the binary mode without content-type: the binding
//               knows no structured one
#pragma once

#include "eventlog/base/time.hpp"
#include "eventlog/base/uuid.hpp"
#include "projections/told/message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rollcall::told {

/// The attributes. Which tenant and event it is stands in `id`, which a later copy has again.
struct cloud_event {
    std::string id;     ///< `acme:17`, of a state `acme:17:acme/user/0198…`
    std::string source; ///< source_of()
    std::string type;   ///< type_name()
    std::string subject;
    std::optional<base::moment> time{};
    std::string partitionkey{}; ///< the message's key
    eventlog::tenant_seq sequence{};
};

/// `urn:rollcall:log:LINEAGE`, and back.
std::string source_of(const base::uuid& lineage);
std::optional<base::uuid> lineage_of(std::string_view source);

/// `user_created` gives `io.rollcall.user_created.v1`.
std::string type_name(std::string_view word);

/// The attributes and `data`, which is JSON, as one JSON object.
std::string structured(const cloud_event& about, std::string_view data);

/// Gives the message headers and a value.
void put(message& m, const cloud_event& about, event_mode mode, std::string data);

/// Makes the message a tombstone with headers.
void put_tombstone(message& m, const cloud_event& about);

} // namespace rollcall::told
