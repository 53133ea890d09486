// The one door to CAF for the entity actors. Local only: nothing here is ever serialized.
#pragma once

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/after.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <memory>

#include "actors/runtime/entity_messages.h"

CAF_BEGIN_TYPE_ID_BLOCK(rookery_runtime, first_custom_type_id)
CAF_ADD_TYPE_ID(rookery_runtime, (rookery::DeliverCommand))
CAF_ADD_TYPE_ID(rookery_runtime, (rookery::InspectState))
CAF_ADD_TYPE_ID(rookery_runtime, (rookery::AppendAnswered))
CAF_ADD_TYPE_ID(rookery_runtime, (rookery::PassivateIfIdle))
CAF_ADD_TYPE_ID(rookery_runtime, (rookery::RecoverNow))
CAF_END_TYPE_ID_BLOCK(rookery_runtime)

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rookery::DeliverCommand)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rookery::InspectState)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rookery::AppendAnswered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rookery::PassivateIfIdle)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rookery::RecoverNow)
