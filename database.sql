-- The schema of AI Helper for MySQL 8 and MariaDB 10.11, made by `manage.py dump_schema` from the migrations.
-- It is an alternative to `manage.py migrate` for an empty database:
--     CREATE DATABASE aihelper CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
--     mysql aihelper < database.sql
SET NAMES utf8mb4;
ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
SET FOREIGN_KEY_CHECKS = 0;


CREATE TABLE `ai_chat_messages` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `seq` integer UNSIGNED NOT NULL CHECK (`seq` >= 0),
    `client_id` varchar(64) NULL,
    `role` varchar(16) NOT NULL,
    `content` longtext NOT NULL,
    `reasoning` longtext NOT NULL,
    `status` varchar(16) NOT NULL,
    `finish_reason` varchar(32) NOT NULL,
    `error_code` varchar(64) NOT NULL,
    `model_id` varchar(200) NOT NULL,
    `provider_name` varchar(100) NOT NULL,
    `prompt_tokens` integer UNSIGNED NULL CHECK (`prompt_tokens` >= 0),
    `completion_tokens` integer UNSIGNED NULL CHECK (`completion_tokens` >= 0),
    `cost` numeric(14, 8) NULL,
    `first_token_ms` integer UNSIGNED NULL CHECK (`first_token_ms` >= 0),
    `duration_ms` integer UNSIGNED NULL CHECK (`duration_ms` >= 0),
    `rating` smallint NULL,
    `create_time` datetime(6) NOT NULL,
    `parent_id` bigint NULL,
    `user_id` bigint NOT NULL,
    `session_id` bigint NOT NULL,
    `beside_id` bigint NULL,
    `currency` varchar(3) NOT NULL,
    `rating_comment` varchar(500) NOT NULL,
    `rating_reason` varchar(32) NOT NULL,
    `indexed` bool NOT NULL,
    `reasoning_ms` integer UNSIGNED NULL CHECK (`reasoning_ms` >= 0),
    CONSTRAINT `message_seq` UNIQUE (`session_id`, `seq`),
    CONSTRAINT `message_client_id` UNIQUE (`user_id`, `client_id`)
);

CREATE TABLE `ai_chat_message_documents` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `message_id` bigint NOT NULL,
    `document_id` bigint NOT NULL
);

CREATE TABLE `announcement_dismissals` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `version` varchar(8) NOT NULL,
    `announcement_id` bigint NOT NULL,
    `user_id` bigint NOT NULL,
    CONSTRAINT `announcement_dismissal` UNIQUE (`announcement_id`, `user_id`)
);

CREATE TABLE `announcements` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `text` longtext NOT NULL,
    `text_zh` longtext NOT NULL,
    `level` varchar(16) NOT NULL,
    `in_chat` bool NOT NULL,
    `at_sign_in` bool NOT NULL,
    `is_dismissible` bool NOT NULL,
    `starts_at` datetime(6) NULL,
    `ends_at` datetime(6) NULL,
    `status` bool NOT NULL,
    `create_time` datetime(6) NOT NULL,
    CONSTRAINT `announcement_times` CHECK ((`starts_at` IS NULL OR `ends_at` IS NULL OR `ends_at` > (`starts_at`)))
);

CREATE TABLE `announcement_groups` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `announcement_id` bigint NOT NULL,
    `group_id` integer NOT NULL
);

CREATE TABLE `api_providers` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `name` varchar(64) NOT NULL UNIQUE,
    `base_url` varchar(500) NOT NULL,
    `dialect` varchar(16) NOT NULL,
    `description` varchar(500) NOT NULL,
    `status` bool NOT NULL,
    `is_demo` bool NOT NULL,
    `priority` integer NOT NULL,
    `connect_timeout` integer UNSIGNED NOT NULL CHECK (`connect_timeout` >= 0),
    `first_token_timeout` integer UNSIGNED NOT NULL CHECK (`first_token_timeout` >= 0),
    `gap_timeout` integer UNSIGNED NOT NULL CHECK (`gap_timeout` >= 0),
    `total_timeout` integer UNSIGNED NOT NULL CHECK (`total_timeout` >= 0),
    `health` varchar(16) NOT NULL,
    `health_code` varchar(32) NOT NULL,
    `latency_ms` integer UNSIGNED NULL CHECK (`latency_ms` >= 0),
    `checked_at` datetime(6) NULL,
    `create_time` datetime(6) NOT NULL,
    `update_time` datetime(6) NOT NULL,
    `asks_usage` bool NOT NULL,
    `max_tokens_name` varchar(32) NOT NULL,
    `private_addresses` varchar(500) NOT NULL,
    `private_host` varchar(300) NOT NULL,
    CONSTRAINT `provider_base_url_scheme` CHECK ((`base_url` LIKE BINARY 'http://%' OR `base_url` LIKE BINARY 'https://%')),
    CONSTRAINT `provider_demo_name` CHECK (((`is_demo` = b'1' AND `name` = 'demo') OR (`is_demo` = b'0' AND NOT (`name` = 'demo')))),
    CONSTRAINT `provider_priority_range` CHECK ((`priority` >= -10000 AND `priority` <= 10000)),
    CONSTRAINT `provider_connect_timeout_range` CHECK ((`connect_timeout` >= 1 AND `connect_timeout` <= 120)),
    CONSTRAINT `provider_first_token_timeout_range` CHECK ((`first_token_timeout` >= 1 AND `first_token_timeout` <= 3600)),
    CONSTRAINT `provider_gap_timeout_range` CHECK ((`gap_timeout` >= 1 AND `gap_timeout` <= 3600)),
    CONSTRAINT `provider_total_timeout_range` CHECK ((`total_timeout` >= 1 AND `total_timeout` <= 86400))
);

CREATE TABLE `audit_entries` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `actor_name` varchar(150) NOT NULL,
    `person_name` varchar(150) NOT NULL,
    `what` varchar(32) NOT NULL,
    `reason` varchar(300) NOT NULL,
    `object` varchar(200) NOT NULL,
    `create_time` datetime(6) NOT NULL,
    `actor_id` bigint NULL,
    `person_id` bigint NULL
);

CREATE TABLE `auth_group` (
    `id` integer AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `name` varchar(150) NOT NULL UNIQUE
);

CREATE TABLE `auth_group_permissions` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `group_id` integer NOT NULL,
    `permission_id` integer NOT NULL
);

CREATE TABLE `auth_permission` (
    `id` integer AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `name` varchar(255) NOT NULL,
    `content_type_id` integer NOT NULL,
    `codename` varchar(100) NOT NULL
);

CREATE TABLE `budget_counters` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `subject` varchar(32) NOT NULL,
    `window` datetime(6) NOT NULL,
    `used` numeric(22, 8) NOT NULL,
    `reserved` numeric(22, 8) NOT NULL,
    `topped_up` numeric(22, 8) NOT NULL,
    `budget_id` bigint NOT NULL,
    `user_id` bigint NULL,
    CONSTRAINT `budget_counter` UNIQUE (`budget_id`, `subject`, `window`)
);

CREATE TABLE `budget_reservations` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `key` varchar(64) NOT NULL,
    `amount` numeric(22, 8) NOT NULL,
    `create_time` datetime(6) NOT NULL,
    `settled_at` datetime(6) NULL,
    `counter_id` bigint NOT NULL,
    CONSTRAINT `budget_reservation` UNIQUE (`key`, `counter_id`)
);

CREATE TABLE `budget_top_ups` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `budget_name` varchar(100) NOT NULL,
    `username` varchar(150) NOT NULL,
    `amount` numeric(22, 8) NOT NULL,
    `unit` varchar(16) NOT NULL,
    `currency` varchar(3) NOT NULL,
    `reason` varchar(300) NOT NULL,
    `by_name` varchar(150) NOT NULL,
    `create_time` datetime(6) NOT NULL,
    `budget_id` bigint NULL,
    `by_id` bigint NULL,
    `user_id` bigint NULL
);

CREATE TABLE `budgets` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `name` varchar(100) NOT NULL,
    `is_shared` bool NOT NULL,
    `model_id` varchar(200) NOT NULL,
    `limit` numeric(22, 8) NOT NULL,
    `unit` varchar(16) NOT NULL,
    `currency` varchar(3) NOT NULL,
    `period` varchar(16) NOT NULL,
    `warn_percent` smallint UNSIGNED NOT NULL CHECK (`warn_percent` >= 0),
    `is_active` bool NOT NULL,
    `create_time` datetime(6) NOT NULL,
    `group_id` integer NULL,
    `user_id` bigint NULL,
    CONSTRAINT `budget_limit_range` CHECK (`limit` >= 0),
    CONSTRAINT `budget_one_audience` CHECK ((`user_id` IS NULL OR `group_id` IS NULL))
);

CREATE TABLE `chat_blocked_words` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `word` varchar(100) NOT NULL UNIQUE,
    `action` varchar(8) NOT NULL,
    `is_active` bool NOT NULL,
    `create_time` datetime(6) NOT NULL,
    `update_time` datetime(6) NOT NULL,
    `batch` varchar(36) NOT NULL
);

CREATE TABLE `chat_documents` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `document_id` varchar(36) NOT NULL UNIQUE,
    `name` varchar(200) NOT NULL,
    `media_type` varchar(100) NOT NULL,
    `size` integer UNSIGNED NOT NULL CHECK (`size` >= 0),
    `chars` integer UNSIGNED NOT NULL CHECK (`chars` >= 0),
    `sha256` varchar(64) NOT NULL,
    `content` longtext NOT NULL,
    `create_time` datetime(6) NOT NULL,
    `user_id` bigint NOT NULL
);

CREATE TABLE `chat_drafts` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `session_key` varchar(36) NOT NULL,
    `text` longtext NOT NULL,
    `attachments` json NOT NULL,
    `version` integer UNSIGNED NOT NULL CHECK (`version` >= 0),
    `update_time` datetime(6) NOT NULL,
    `user_id` bigint NOT NULL,
    CONSTRAINT `draft_of_session` UNIQUE (`user_id`, `session_key`)
);

CREATE TABLE `chat_folders` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `folder_id` varchar(36) NOT NULL UNIQUE,
    `name` varchar(80) NOT NULL,
    `emoji` varchar(16) NOT NULL,
    `sort_order` integer NOT NULL,
    `create_time` datetime(6) NOT NULL,
    `user_id` bigint NOT NULL
);

CREATE TABLE `chat_imported` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `source_key` varchar(64) NOT NULL,
    `last_seq` integer UNSIGNED NOT NULL CHECK (`last_seq` >= 0),
    `chat_import_id` bigint NOT NULL,
    `session_id` bigint NOT NULL UNIQUE,
    `user_id` bigint NOT NULL,
    CONSTRAINT `imported_once` UNIQUE (`user_id`, `source_key`)
);

CREATE TABLE `chat_imports` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `import_id` varchar(36) NOT NULL UNIQUE,
    `file_name` varchar(200) NOT NULL,
    `sources` varchar(100) NOT NULL,
    `imported` integer UNSIGNED NOT NULL CHECK (`imported` >= 0),
    `already` integer UNSIGNED NOT NULL CHECK (`already` >= 0),
    `left_out` integer UNSIGNED NOT NULL CHECK (`left_out` >= 0),
    `create_time` datetime(6) NOT NULL,
    `undone_at` datetime(6) NULL,
    `user_id` bigint NOT NULL
);

CREATE TABLE `chat_prompts` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `prompt_id` varchar(36) NOT NULL UNIQUE,
    `command` varchar(64) NOT NULL,
    `title` varchar(120) NOT NULL,
    `text` longtext NOT NULL,
    `status` bool NOT NULL,
    `create_time` datetime(6) NOT NULL,
    `update_time` datetime(6) NOT NULL,
    `owner_id` bigint NULL,
    CONSTRAINT `prompt_command` UNIQUE (`owner_id`, `command`)
);

CREATE TABLE `chat_prompt_groups` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `prompt_id` bigint NOT NULL,
    `group_id` integer NOT NULL
);

CREATE TABLE `chat_roles` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `slug` varchar(64) NOT NULL UNIQUE,
    `name` varchar(80) NOT NULL,
    `name_zh` varchar(80) NOT NULL,
    `emoji` varchar(16) NOT NULL,
    `description` varchar(300) NOT NULL,
    `description_zh` varchar(300) NOT NULL,
    `welcome_message` longtext NOT NULL,
    `welcome_message_zh` longtext NOT NULL,
    `system_prompt` longtext NOT NULL,
    `system_prompt_zh` longtext NOT NULL,
    `suggestions` json NOT NULL,
    `suggestions_zh` json NOT NULL,
    `model_id` varchar(200) NOT NULL,
    `parameters` json NOT NULL,
    `status` bool NOT NULL,
    `sort_order` integer NOT NULL,
    `create_time` datetime(6) NOT NULL,
    `update_time` datetime(6) NOT NULL,
    `owner_id` bigint NULL
);

CREATE TABLE `chat_role_groups` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `role_id` bigint NOT NULL,
    `group_id` integer NOT NULL
);

CREATE TABLE `chat_search_entries` (
    `message_id` bigint NOT NULL PRIMARY KEY,
    `user_id` bigint NOT NULL,
    `session_id` bigint NOT NULL,
    `create_time` datetime(6) NOT NULL,
    `tokens` longtext NOT NULL
);

CREATE TABLE `chat_sessions` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `session_id` varchar(36) NOT NULL UNIQUE,
    `title` varchar(200) NOT NULL,
    `title_is_manual` bool NOT NULL,
    `model_id` varchar(200) NOT NULL,
    `preview` varchar(200) NOT NULL,
    `pinned` bool NOT NULL,
    `archived` bool NOT NULL,
    `deleted_at` datetime(6) NULL,
    `last_seq` integer UNSIGNED NOT NULL CHECK (`last_seq` >= 0),
    `create_time` datetime(6) NOT NULL,
    `update_time` datetime(6) NOT NULL,
    `changed_at` datetime(6) NOT NULL,
    `current_message_id` bigint NULL,
    `role_id` bigint NULL,
    `user_id` bigint NOT NULL,
    `unread` bool NOT NULL,
    `folder_id` bigint NULL
);

CREATE TABLE `chat_shares` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `token` varchar(43) NOT NULL UNIQUE,
    `audience` varchar(16) NOT NULL,
    `title` varchar(200) NOT NULL,
    `show_name` bool NOT NULL,
    `snapshot` json NOT NULL,
    `message_count` integer UNSIGNED NOT NULL CHECK (`message_count` >= 0),
    `views` integer UNSIGNED NOT NULL CHECK (`views` >= 0),
    `create_time` datetime(6) NOT NULL,
    `update_time` datetime(6) NOT NULL,
    `session_id` bigint NOT NULL,
    `user_id` bigint NOT NULL,
    `show_reasoning` bool NOT NULL
);

CREATE TABLE `chat_taken_back_words` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `batch` varchar(36) NOT NULL,
    `word` varchar(100) NOT NULL,
    `action` varchar(8) NOT NULL,
    `is_active` bool NOT NULL,
    CONSTRAINT `taken_back_word` UNIQUE (`batch`, `word`)
);

CREATE TABLE `chat_word_warnings` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `word` varchar(100) NOT NULL,
    `message_id` bigint NOT NULL,
    `create_time` datetime(6) NOT NULL,
    `user_id` bigint NOT NULL
);

CREATE TABLE `django_admin_log` (
    `id` integer AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `action_time` datetime(6) NOT NULL,
    `object_id` longtext NULL,
    `object_repr` varchar(200) NOT NULL,
    `action_flag` smallint UNSIGNED NOT NULL CHECK (`action_flag` >= 0),
    `change_message` longtext NOT NULL,
    `content_type_id` integer NULL,
    `user_id` bigint NOT NULL
);

CREATE TABLE `django_content_type` (
    `id` integer AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `app_label` varchar(100) NOT NULL,
    `model` varchar(100) NOT NULL
);

CREATE TABLE `django_session` (
    `session_key` varchar(40) NOT NULL PRIMARY KEY,
    `session_data` longtext NOT NULL,
    `expire_date` datetime(6) NOT NULL
);

CREATE TABLE `generation_chunks` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `start` integer UNSIGNED NOT NULL CHECK (`start` >= 0),
    `kind` varchar(16) NOT NULL,
    `text` longtext NOT NULL,
    `generation_id` varchar(36) NOT NULL,
    `at_ms` integer UNSIGNED NOT NULL CHECK (`at_ms` >= 0),
    CONSTRAINT `chunk_start` UNIQUE (`generation_id`, `start`)
);

CREATE TABLE `generations` (
    `id` varchar(36) NOT NULL PRIMARY KEY,
    `kind` varchar(16) NOT NULL,
    `state` varchar(16) NOT NULL,
    `owner` varchar(120) NOT NULL,
    `heartbeat_at` datetime(6) NOT NULL,
    `offset` integer UNSIGNED NOT NULL CHECK (`offset` >= 0),
    `segments` json NOT NULL,
    `stop_requested_at` datetime(6) NULL,
    `stop_offset` integer UNSIGNED NULL CHECK (`stop_offset` >= 0),
    `error_code` varchar(64) NOT NULL,
    `attempts` smallint UNSIGNED NOT NULL CHECK (`attempts` >= 0),
    `create_time` datetime(6) NOT NULL,
    `end_time` datetime(6) NULL,
    `user_id` bigint NOT NULL,
    `message_id` bigint NOT NULL UNIQUE,
    `tried` json NOT NULL
);

CREATE TABLE `group_policies` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `may_delete` bool NOT NULL,
    `retention_days` integer UNSIGNED NULL CHECK (`retention_days` >= 0),
    `may_be_read` bool NOT NULL,
    `notice` longtext NOT NULL,
    `group_id` integer NOT NULL UNIQUE
);

CREATE TABLE `group_policies_managers` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `grouppolicy_id` bigint NOT NULL,
    `user_id` bigint NOT NULL
);

CREATE TABLE `invitation_uses` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `username` varchar(150) NOT NULL,
    `create_time` datetime(6) NOT NULL,
    `invitation_id` bigint NOT NULL,
    `user_id` bigint NULL
);

CREATE TABLE `invitations` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `token_hash` varchar(64) NOT NULL UNIQUE,
    `email` varchar(254) NOT NULL,
    `max_uses` integer UNSIGNED NOT NULL CHECK (`max_uses` >= 0),
    `uses` integer UNSIGNED NOT NULL CHECK (`uses` >= 0),
    `create_time` datetime(6) NOT NULL,
    `expires_at` datetime(6) NOT NULL,
    `revoked_at` datetime(6) NULL,
    `invited_by_name` varchar(150) NOT NULL,
    `invited_by_id` bigint NULL,
    `person_id` bigint NULL,
    CONSTRAINT `invitation_uses` CHECK (`uses` <= (`max_uses`))
);

CREATE TABLE `invitations_groups` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `invitation_id` bigint NOT NULL,
    `group_id` integer NOT NULL
);

CREATE TABLE `legal_hold_ends` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `reason` varchar(300) NOT NULL,
    `by_name` varchar(150) NOT NULL,
    `create_time` datetime(6) NOT NULL,
    `by_id` bigint NULL,
    `hold_id` bigint NOT NULL UNIQUE
);

CREATE TABLE `legal_hold_people` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `user_id` bigint NOT NULL,
    `hold_id` bigint NOT NULL,
    CONSTRAINT `held_person` UNIQUE (`hold_id`, `user_id`)
);

CREATE TABLE `legal_holds` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `subject` varchar(200) NOT NULL,
    `session_key` varchar(36) NOT NULL,
    `reason` varchar(300) NOT NULL,
    `by_name` varchar(150) NOT NULL,
    `create_time` datetime(6) NOT NULL,
    `by_id` bigint NULL,
    `group_id` integer NULL
);

CREATE TABLE `live_notes` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `what` varchar(64) NOT NULL,
    `changed_at` datetime(6) NOT NULL,
    `user_id` bigint NULL,
    CONSTRAINT `live_note` UNIQUE (`user_id`, `what`)
);

CREATE TABLE `model_configs` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `model_id` varchar(200) NOT NULL,
    `model_name` varchar(200) NOT NULL,
    `description` varchar(500) NOT NULL,
    `max_tokens` integer UNSIGNED NULL CHECK (`max_tokens` >= 0),
    `context_window` integer UNSIGNED NULL CHECK (`context_window` >= 0),
    `has_vision` bool NOT NULL,
    `has_reasoning` bool NOT NULL,
    `has_tools` bool NOT NULL,
    `parameters` json NOT NULL,
    `status` bool NOT NULL,
    `sort_order` integer NOT NULL,
    `vanished_at` datetime(6) NULL,
    `create_time` datetime(6) NOT NULL,
    `update_time` datetime(6) NOT NULL,
    `provider_id` bigint NOT NULL,
    `icon` varchar(16) NOT NULL,
    `upstream_id` varchar(200) NOT NULL,
    CONSTRAINT `modelconfig_provider_model_id` UNIQUE (`provider_id`, `model_id`),
    CONSTRAINT `modelconfig_model_id_set` CHECK (NOT (`model_id` = '')),
    CONSTRAINT `modelconfig_max_tokens_range` CHECK ((`max_tokens` >= 1 AND `max_tokens` <= 100000000)),
    CONSTRAINT `modelconfig_context_window_range` CHECK ((`context_window` >= 1 AND `context_window` <= 100000000)),
    CONSTRAINT `modelconfig_sort_order_range` CHECK ((`sort_order` >= -100000 AND `sort_order` <= 100000))
);

CREATE TABLE `model_config_groups` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `modelconfig_id` bigint NOT NULL,
    `group_id` integer NOT NULL
);

CREATE TABLE `model_prices` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `model_id` bigint NOT NULL,
    `valid_from` date NOT NULL,
    `input_price` numeric(12, 6) NOT NULL,
    `output_price` numeric(12, 6) NOT NULL,
    `currency` varchar(3) NOT NULL,
    CONSTRAINT `modelprice_model_valid_from` UNIQUE (`model_id`, `valid_from`),
    CONSTRAINT `modelprice_input_price_range` CHECK (`input_price` >= 0),
    CONSTRAINT `modelprice_output_price_range` CHECK (`output_price` >= 0)
);

CREATE TABLE `process_numbers` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `owner` varchar(120) NOT NULL UNIQUE,
    `numbers` json NOT NULL,
    `update_time` datetime(6) NOT NULL
);

CREATE TABLE `provider_keys` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `label` varchar(64) NOT NULL,
    `api_key` longtext NOT NULL,
    `key_last_four` varchar(4) NOT NULL,
    `weight` integer UNSIGNED NOT NULL CHECK (`weight` >= 0),
    `status` bool NOT NULL,
    `cooldown_until` datetime(6) NULL,
    `last_error` varchar(32) NOT NULL,
    `create_time` datetime(6) NOT NULL,
    `update_time` datetime(6) NOT NULL,
    `provider_id` bigint NOT NULL,
    CONSTRAINT `providerkey_weight_range` CHECK ((`weight` >= 1 AND `weight` <= 1000))
);

CREATE TABLE `provider_minutes` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `minute` datetime(6) NOT NULL,
    `owner` varchar(120) NOT NULL,
    `ok` integer UNSIGNED NOT NULL CHECK (`ok` >= 0),
    `failed` integer UNSIGNED NOT NULL CHECK (`failed` >= 0),
    `errors` json NOT NULL,
    `ttft_ms_sum` bigint UNSIGNED NOT NULL CHECK (`ttft_ms_sum` >= 0),
    `ttft` json NOT NULL,
    `provider_id` bigint NOT NULL,
    CONSTRAINT `provider_minute` UNIQUE (`provider_id`, `minute`, `owner`)
);

CREATE TABLE `provider_states` (
    `provider_id` bigint NOT NULL PRIMARY KEY,
    `open_until` datetime(6) NULL,
    `changed_at` datetime(6) NULL,
    `last_error` varchar(64) NOT NULL,
    `last_error_at` datetime(6) NULL
);

CREATE TABLE `push_subscriptions` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `endpoint` longtext NOT NULL,
    `endpoint_hash` varchar(64) NOT NULL UNIQUE,
    `p256dh` varchar(128) NOT NULL,
    `auth` varchar(64) NOT NULL,
    `locale` varchar(16) NOT NULL,
    `create_time` datetime(6) NOT NULL,
    `failures` smallint UNSIGNED NOT NULL CHECK (`failures` >= 0),
    `user_id` bigint NOT NULL
);

CREATE TABLE `refresh_tokens` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `jti_hash` varchar(64) NOT NULL UNIQUE,
    `family` varchar(32) NOT NULL,
    `successor` varchar(64) NOT NULL,
    `create_time` datetime(6) NOT NULL,
    `expires_at` datetime(6) NOT NULL,
    `used_at` datetime(6) NULL,
    `revoked_at` datetime(6) NULL,
    `user_id` bigint NOT NULL
);

CREATE TABLE `setting_changes` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `model` varchar(100) NOT NULL,
    `object_id` varchar(64) NOT NULL,
    `object_name` varchar(200) NOT NULL,
    `action` varchar(16) NOT NULL,
    `actor_name` varchar(64) NOT NULL,
    `old` json NULL,
    `new` json NULL,
    `create_time` datetime(6) NOT NULL,
    `actor_id` bigint NULL
);

CREATE TABLE `sign_ins` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `name_hash` varchar(64) NOT NULL UNIQUE,
    `kind` varchar(16) NOT NULL,
    `user_agent` varchar(300) NOT NULL,
    `address` char(39) NULL,
    `create_time` datetime(6) NOT NULL,
    `last_seen` datetime(6) NOT NULL,
    `user_id` bigint NOT NULL
);

CREATE TABLE `site_settings` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `registration_mode` varchar(16) NOT NULL,
    `logo` varchar(64) NOT NULL,
    `sharing` varchar(16) NOT NULL,
    `site_name` varchar(40) NOT NULL,
    `suggestions` json NOT NULL,
    `suggestions_zh` json NOT NULL,
    `trash_days` integer UNSIGNED NULL CHECK (`trash_days` >= 0),
    `welcome` varchar(300) NOT NULL,
    `welcome_zh` varchar(300) NOT NULL,
    `retention_at_once` bool NOT NULL,
    `retention_days` integer UNSIGNED NULL CHECK (`retention_days` >= 0)
);

CREATE TABLE `socket_tickets` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `ticket_hash` varchar(64) NOT NULL UNIQUE,
    `token_version` integer UNSIGNED NOT NULL CHECK (`token_version` >= 0),
    `expires_at` datetime(6) NOT NULL,
    `user_id` bigint NOT NULL,
    `sign_in` varchar(64) NOT NULL
);

CREATE TABLE `throttle_counters` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `key_hash` varchar(64) NOT NULL UNIQUE,
    `count` integer UNSIGNED NOT NULL CHECK (`count` >= 0),
    `expires_at` datetime(6) NOT NULL
);

CREATE TABLE `usage_days` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `day` date NOT NULL,
    `model_id` varchar(200) NOT NULL,
    `provider_name` varchar(100) NOT NULL,
    `kind` varchar(16) NOT NULL,
    `error_code` varchar(64) NOT NULL,
    `currency` varchar(3) NOT NULL,
    `calls` integer UNSIGNED NOT NULL CHECK (`calls` >= 0),
    `people` integer UNSIGNED NOT NULL CHECK (`people` >= 0),
    `prompt_tokens` bigint UNSIGNED NOT NULL CHECK (`prompt_tokens` >= 0),
    `completion_tokens` bigint UNSIGNED NOT NULL CHECK (`completion_tokens` >= 0),
    `cost` numeric(22, 8) NOT NULL,
    `update_time` datetime(6) NOT NULL,
    CONSTRAINT `usage_day` UNIQUE (`day`, `model_id`, `provider_name`, `kind`, `error_code`, `currency`)
);

CREATE TABLE `usage_people` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `month` date NOT NULL,
    `username` varchar(150) NOT NULL,
    `days` integer UNSIGNED NOT NULL CHECK (`days` >= 0),
    CONSTRAINT `usage_person_month` UNIQUE (`month`, `username`)
);

CREATE TABLE `usage_records` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `username` varchar(150) NOT NULL,
    `kind` varchar(16) NOT NULL,
    `model_id` varchar(200) NOT NULL,
    `provider_name` varchar(100) NOT NULL,
    `message_id` bigint NULL,
    `state` varchar(16) NOT NULL,
    `prompt_tokens` integer UNSIGNED NULL CHECK (`prompt_tokens` >= 0),
    `completion_tokens` integer UNSIGNED NULL CHECK (`completion_tokens` >= 0),
    `cost` numeric(14, 8) NULL,
    `currency` varchar(3) NOT NULL,
    `duration_ms` integer UNSIGNED NULL CHECK (`duration_ms` >= 0),
    `create_time` datetime(6) NOT NULL,
    `user_id` bigint NULL,
    `error_code` varchar(64) NOT NULL,
    `first_token_ms` integer UNSIGNED NULL CHECK (`first_token_ms` >= 0),
    `key_label` varchar(100) NOT NULL
);

CREATE TABLE `usage_speeds` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `day` date NOT NULL,
    `model_id` varchar(200) NOT NULL,
    `provider_name` varchar(100) NOT NULL,
    `bucket` smallint UNSIGNED NOT NULL CHECK (`bucket` >= 0),
    `calls` integer UNSIGNED NOT NULL CHECK (`calls` >= 0),
    CONSTRAINT `usage_speed` UNIQUE (`day`, `model_id`, `provider_name`, `bucket`)
);

CREATE TABLE `users` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `password` varchar(128) NOT NULL,
    `last_login` datetime(6) NULL,
    `is_superuser` bool NOT NULL,
    `username` varchar(64) COLLATE `utf8mb4_bin` NOT NULL UNIQUE,
    `username_key` varchar(192) COLLATE `utf8mb4_bin` NOT NULL UNIQUE,
    `email` varchar(254) NOT NULL,
    `avatar` varchar(64) NOT NULL,
    `create_time` datetime(6) NOT NULL,
    `status` bool NOT NULL,
    `is_admin` bool NOT NULL,
    `is_approved` bool NOT NULL,
    `locale` varchar(16) NOT NULL,
    `preferences` json NOT NULL,
    `token_version` integer UNSIGNED NOT NULL CHECK (`token_version` >= 0),
    `password_change_required` bool NOT NULL
);

CREATE TABLE `users_groups` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `user_id` bigint NOT NULL,
    `group_id` integer NOT NULL
);

CREATE TABLE `users_user_permissions` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `user_id` bigint NOT NULL,
    `permission_id` integer NOT NULL
);

CREATE TABLE `django_migrations` (
    `id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY,
    `app` varchar(255) NOT NULL,
    `name` varchar(255) NOT NULL,
    `applied` datetime(6) NOT NULL
);
ALTER TABLE `ai_chat_messages` ADD CONSTRAINT `ai_chat_messages_parent_id_452dae11_fk_ai_chat_messages_id` FOREIGN KEY (`parent_id`) REFERENCES `ai_chat_messages` (`id`);
ALTER TABLE `ai_chat_messages` ADD CONSTRAINT `ai_chat_messages_user_id_6152a183_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
ALTER TABLE `ai_chat_messages` ADD CONSTRAINT `ai_chat_messages_session_id_cfb633ed_fk_chat_sessions_id` FOREIGN KEY (`session_id`) REFERENCES `chat_sessions` (`id`);
ALTER TABLE `ai_chat_messages` ADD CONSTRAINT `ai_chat_messages_beside_id_5274f3f4_fk_ai_chat_messages_id` FOREIGN KEY (`beside_id`) REFERENCES `ai_chat_messages` (`id`);
CREATE INDEX `message_by_time` ON `ai_chat_messages` (`user_id`, `create_time`);
CREATE INDEX `message_by_role` ON `ai_chat_messages` (`user_id`, `role`);
CREATE INDEX `message_unindexed` ON `ai_chat_messages` (`indexed`, `user_id`);
CREATE INDEX `message_by_rating` ON `ai_chat_messages` (`rating`, `model_id`, `rating_reason`, `create_time`, `user_id`);
ALTER TABLE `ai_chat_message_documents` ADD CONSTRAINT `ai_chat_message_documents_message_id_document_id_69186d7d_uniq` UNIQUE (`message_id`, `document_id`);
ALTER TABLE `ai_chat_message_documents` ADD CONSTRAINT `ai_chat_message_docu_message_id_ccba66f6_fk_ai_chat_m` FOREIGN KEY (`message_id`) REFERENCES `ai_chat_messages` (`id`);
ALTER TABLE `ai_chat_message_documents` ADD CONSTRAINT `ai_chat_message_docu_document_id_8ec765db_fk_chat_docu` FOREIGN KEY (`document_id`) REFERENCES `chat_documents` (`id`);
ALTER TABLE `announcement_dismissals` ADD CONSTRAINT `announcement_dismiss_announcement_id_7b275063_fk_announcem` FOREIGN KEY (`announcement_id`) REFERENCES `announcements` (`id`);
ALTER TABLE `announcement_dismissals` ADD CONSTRAINT `announcement_dismissals_user_id_929f0cdb_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
ALTER TABLE `announcement_groups` ADD CONSTRAINT `announcement_groups_announcement_id_group_id_05b10510_uniq` UNIQUE (`announcement_id`, `group_id`);
ALTER TABLE `announcement_groups` ADD CONSTRAINT `announcement_groups_announcement_id_0baa3785_fk_announcements_id` FOREIGN KEY (`announcement_id`) REFERENCES `announcements` (`id`);
ALTER TABLE `announcement_groups` ADD CONSTRAINT `announcement_groups_group_id_55e851cd_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`);
ALTER TABLE `audit_entries` ADD CONSTRAINT `audit_entries_actor_id_3d54503e_fk_users_id` FOREIGN KEY (`actor_id`) REFERENCES `users` (`id`);
ALTER TABLE `audit_entries` ADD CONSTRAINT `audit_entries_person_id_f6c3b14f_fk_users_id` FOREIGN KEY (`person_id`) REFERENCES `users` (`id`);
ALTER TABLE `auth_group_permissions` ADD CONSTRAINT `auth_group_permissions_group_id_permission_id_0cd325b0_uniq` UNIQUE (`group_id`, `permission_id`);
ALTER TABLE `auth_group_permissions` ADD CONSTRAINT `auth_group_permissions_group_id_b120cbf9_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`);
ALTER TABLE `auth_group_permissions` ADD CONSTRAINT `auth_group_permissio_permission_id_84c5c92e_fk_auth_perm` FOREIGN KEY (`permission_id`) REFERENCES `auth_permission` (`id`);
ALTER TABLE `auth_permission` ADD CONSTRAINT `auth_permission_content_type_id_codename_01ab375a_uniq` UNIQUE (`content_type_id`, `codename`);
ALTER TABLE `auth_permission` ADD CONSTRAINT `auth_permission_content_type_id_2f476e4b_fk_django_co` FOREIGN KEY (`content_type_id`) REFERENCES `django_content_type` (`id`);
ALTER TABLE `budget_counters` ADD CONSTRAINT `budget_counters_budget_id_be0644d3_fk_budgets_id` FOREIGN KEY (`budget_id`) REFERENCES `budgets` (`id`);
ALTER TABLE `budget_counters` ADD CONSTRAINT `budget_counters_user_id_cd60386f_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
CREATE INDEX `budget_counter_by_time` ON `budget_counters` (`window`);
ALTER TABLE `budget_reservations` ADD CONSTRAINT `budget_reservations_counter_id_859ed3dc_fk_budget_counters_id` FOREIGN KEY (`counter_id`) REFERENCES `budget_counters` (`id`);
CREATE INDEX `budget_reservation_open` ON `budget_reservations` (`settled_at`, `create_time`);
ALTER TABLE `budget_top_ups` ADD CONSTRAINT `budget_top_ups_budget_id_903cde14_fk_budgets_id` FOREIGN KEY (`budget_id`) REFERENCES `budgets` (`id`);
ALTER TABLE `budget_top_ups` ADD CONSTRAINT `budget_top_ups_by_id_1abc649f_fk_users_id` FOREIGN KEY (`by_id`) REFERENCES `users` (`id`);
ALTER TABLE `budget_top_ups` ADD CONSTRAINT `budget_top_ups_user_id_2821c010_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
ALTER TABLE `budgets` ADD CONSTRAINT `budgets_group_id_0a2a3ee2_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`);
ALTER TABLE `budgets` ADD CONSTRAINT `budgets_user_id_d4bb9f71_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
CREATE INDEX `chat_blocked_words_update_time_d1f9d53e` ON `chat_blocked_words` (`update_time`);
CREATE INDEX `chat_blocked_words_batch_f68e3b48` ON `chat_blocked_words` (`batch`);
ALTER TABLE `chat_documents` ADD CONSTRAINT `chat_documents_user_id_28ba0cb1_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
CREATE INDEX `document_by_time` ON `chat_documents` (`user_id`, `create_time`);
CREATE INDEX `document_by_age` ON `chat_documents` (`create_time`);
CREATE INDEX `document_by_type` ON `chat_documents` (`media_type`, `create_time`);
ALTER TABLE `chat_drafts` ADD CONSTRAINT `chat_drafts_user_id_65b277f2_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
ALTER TABLE `chat_folders` ADD CONSTRAINT `chat_folders_user_id_9e3a67d5_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
ALTER TABLE `chat_imported` ADD CONSTRAINT `chat_imported_chat_import_id_79ce80af_fk_chat_imports_id` FOREIGN KEY (`chat_import_id`) REFERENCES `chat_imports` (`id`);
ALTER TABLE `chat_imported` ADD CONSTRAINT `chat_imported_session_id_eaeafef3_fk_chat_sessions_id` FOREIGN KEY (`session_id`) REFERENCES `chat_sessions` (`id`);
ALTER TABLE `chat_imported` ADD CONSTRAINT `chat_imported_user_id_ccfe6345_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
ALTER TABLE `chat_imports` ADD CONSTRAINT `chat_imports_user_id_00bc5d59_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
CREATE INDEX `import_by_time` ON `chat_imports` (`user_id`, `create_time`);
ALTER TABLE `chat_prompts` ADD CONSTRAINT `chat_prompts_owner_id_8ef86ec3_fk_users_id` FOREIGN KEY (`owner_id`) REFERENCES `users` (`id`);
CREATE INDEX `chat_prompts_command_35280076` ON `chat_prompts` (`command`);
ALTER TABLE `chat_prompt_groups` ADD CONSTRAINT `chat_prompt_groups_prompt_id_group_id_a1fc72a8_uniq` UNIQUE (`prompt_id`, `group_id`);
ALTER TABLE `chat_prompt_groups` ADD CONSTRAINT `chat_prompt_groups_prompt_id_86cdbe01_fk_chat_prompts_id` FOREIGN KEY (`prompt_id`) REFERENCES `chat_prompts` (`id`);
ALTER TABLE `chat_prompt_groups` ADD CONSTRAINT `chat_prompt_groups_group_id_57713b1f_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`);
ALTER TABLE `chat_roles` ADD CONSTRAINT `chat_roles_owner_id_e129a54c_fk_users_id` FOREIGN KEY (`owner_id`) REFERENCES `users` (`id`);
ALTER TABLE `chat_role_groups` ADD CONSTRAINT `chat_role_groups_role_id_group_id_195114cc_uniq` UNIQUE (`role_id`, `group_id`);
ALTER TABLE `chat_role_groups` ADD CONSTRAINT `chat_role_groups_role_id_8c93471c_fk_chat_roles_id` FOREIGN KEY (`role_id`) REFERENCES `chat_roles` (`id`);
ALTER TABLE `chat_role_groups` ADD CONSTRAINT `chat_role_groups_group_id_a99386a4_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`);
ALTER TABLE `chat_search_entries` ADD CONSTRAINT `chat_search_entries_message_id_c49369d3_fk_ai_chat_messages_id` FOREIGN KEY (`message_id`) REFERENCES `ai_chat_messages` (`id`);
CREATE FULLTEXT INDEX `search_tokens` ON `chat_search_entries` (`tokens`);
ALTER TABLE `chat_sessions` ADD CONSTRAINT `chat_sessions_current_message_id_18fa8c77_fk_ai_chat_messages_id` FOREIGN KEY (`current_message_id`) REFERENCES `ai_chat_messages` (`id`);
ALTER TABLE `chat_sessions` ADD CONSTRAINT `chat_sessions_role_id_eacf0ccb_fk_chat_roles_id` FOREIGN KEY (`role_id`) REFERENCES `chat_roles` (`id`);
ALTER TABLE `chat_sessions` ADD CONSTRAINT `chat_sessions_user_id_6ab420a0_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
ALTER TABLE `chat_sessions` ADD CONSTRAINT `chat_sessions_folder_id_1227e221_fk_chat_folders_id` FOREIGN KEY (`folder_id`) REFERENCES `chat_folders` (`id`);
CREATE INDEX `session_list` ON `chat_sessions` (`user_id`, `deleted_at`, `pinned`, `update_time`);
CREATE INDEX `session_changes` ON `chat_sessions` (`user_id`, `changed_at`);
CREATE INDEX `session_trash` ON `chat_sessions` (`deleted_at`);
CREATE INDEX `session_by_time` ON `chat_sessions` (`update_time`);
ALTER TABLE `chat_shares` ADD CONSTRAINT `chat_shares_session_id_6839fd06_fk_chat_sessions_id` FOREIGN KEY (`session_id`) REFERENCES `chat_sessions` (`id`);
ALTER TABLE `chat_shares` ADD CONSTRAINT `chat_shares_user_id_c5d424e8_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
CREATE INDEX `share_by_time` ON `chat_shares` (`user_id`, `create_time`);
CREATE INDEX `share_by_age` ON `chat_shares` (`create_time`);
CREATE INDEX `share_by_audience` ON `chat_shares` (`audience`, `create_time`);
ALTER TABLE `chat_word_warnings` ADD CONSTRAINT `chat_word_warnings_user_id_83c682fc_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
ALTER TABLE `django_admin_log` ADD CONSTRAINT `django_admin_log_content_type_id_c4bce8eb_fk_django_co` FOREIGN KEY (`content_type_id`) REFERENCES `django_content_type` (`id`);
ALTER TABLE `django_admin_log` ADD CONSTRAINT `django_admin_log_user_id_c564eba6_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
ALTER TABLE `django_content_type` ADD CONSTRAINT `django_content_type_app_label_model_76bd3d3b_uniq` UNIQUE (`app_label`, `model`);
CREATE INDEX `django_session_expire_date_a5c62663` ON `django_session` (`expire_date`);
ALTER TABLE `generation_chunks` ADD CONSTRAINT `generation_chunks_generation_id_7ec22c45_fk_generations_id` FOREIGN KEY (`generation_id`) REFERENCES `generations` (`id`);
ALTER TABLE `generations` ADD CONSTRAINT `generations_user_id_d376b066_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
ALTER TABLE `generations` ADD CONSTRAINT `generations_message_id_a431ff85_fk_ai_chat_messages_id` FOREIGN KEY (`message_id`) REFERENCES `ai_chat_messages` (`id`);
CREATE INDEX `generation_lease` ON `generations` (`state`, `heartbeat_at`);
CREATE INDEX `generation_by_user` ON `generations` (`user_id`, `state`);
CREATE INDEX `generation_by_time` ON `generations` (`create_time`);
CREATE INDEX `generation_by_error` ON `generations` (`error_code`);
ALTER TABLE `group_policies` ADD CONSTRAINT `group_policies_group_id_c7dafa2a_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`);
ALTER TABLE `group_policies_managers` ADD CONSTRAINT `group_policies_managers_grouppolicy_id_user_id_6e8733cd_uniq` UNIQUE (`grouppolicy_id`, `user_id`);
ALTER TABLE `group_policies_managers` ADD CONSTRAINT `group_policies_manag_grouppolicy_id_9b6a16ed_fk_group_pol` FOREIGN KEY (`grouppolicy_id`) REFERENCES `group_policies` (`id`);
ALTER TABLE `group_policies_managers` ADD CONSTRAINT `group_policies_managers_user_id_b70a6314_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
ALTER TABLE `invitation_uses` ADD CONSTRAINT `invitation_uses_invitation_id_3f1d5297_fk_invitations_id` FOREIGN KEY (`invitation_id`) REFERENCES `invitations` (`id`);
ALTER TABLE `invitation_uses` ADD CONSTRAINT `invitation_uses_user_id_98def4c5_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
ALTER TABLE `invitations` ADD CONSTRAINT `invitations_invited_by_id_d46285c5_fk_users_id` FOREIGN KEY (`invited_by_id`) REFERENCES `users` (`id`);
ALTER TABLE `invitations` ADD CONSTRAINT `invitations_person_id_3c53a6de_fk_users_id` FOREIGN KEY (`person_id`) REFERENCES `users` (`id`);
ALTER TABLE `invitations_groups` ADD CONSTRAINT `invitations_groups_invitation_id_group_id_7278e60a_uniq` UNIQUE (`invitation_id`, `group_id`);
ALTER TABLE `invitations_groups` ADD CONSTRAINT `invitations_groups_invitation_id_5b3b769b_fk_invitations_id` FOREIGN KEY (`invitation_id`) REFERENCES `invitations` (`id`);
ALTER TABLE `invitations_groups` ADD CONSTRAINT `invitations_groups_group_id_014e47c9_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`);
ALTER TABLE `legal_hold_ends` ADD CONSTRAINT `legal_hold_ends_by_id_45d0bdad_fk_users_id` FOREIGN KEY (`by_id`) REFERENCES `users` (`id`);
ALTER TABLE `legal_hold_ends` ADD CONSTRAINT `legal_hold_ends_hold_id_baec6e58_fk_legal_holds_id` FOREIGN KEY (`hold_id`) REFERENCES `legal_holds` (`id`);
ALTER TABLE `legal_hold_people` ADD CONSTRAINT `legal_hold_people_user_id_ee13a9e1_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
ALTER TABLE `legal_hold_people` ADD CONSTRAINT `legal_hold_people_hold_id_a82497a5_fk_legal_holds_id` FOREIGN KEY (`hold_id`) REFERENCES `legal_holds` (`id`);
ALTER TABLE `legal_holds` ADD CONSTRAINT `legal_holds_by_id_5d4a8b48_fk_users_id` FOREIGN KEY (`by_id`) REFERENCES `users` (`id`);
ALTER TABLE `legal_holds` ADD CONSTRAINT `legal_holds_group_id_102adfd7_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`);
CREATE INDEX `legal_holds_session_key_c15be362` ON `legal_holds` (`session_key`);
ALTER TABLE `live_notes` ADD CONSTRAINT `live_notes_user_id_b520cbcb_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
CREATE INDEX `live_note_changes` ON `live_notes` (`user_id`, `changed_at`);
ALTER TABLE `model_configs` ADD CONSTRAINT `model_configs_provider_id_d48022bd_fk_api_providers_id` FOREIGN KEY (`provider_id`) REFERENCES `api_providers` (`id`);
ALTER TABLE `model_config_groups` ADD CONSTRAINT `model_config_groups_modelconfig_id_group_id_0ee09bb3_uniq` UNIQUE (`modelconfig_id`, `group_id`);
ALTER TABLE `model_config_groups` ADD CONSTRAINT `model_config_groups_modelconfig_id_820207ee_fk_model_configs_id` FOREIGN KEY (`modelconfig_id`) REFERENCES `model_configs` (`id`);
ALTER TABLE `model_config_groups` ADD CONSTRAINT `model_config_groups_group_id_4dfe2000_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`);
ALTER TABLE `model_prices` ADD CONSTRAINT `model_prices_model_id_e932e595_fk_model_configs_id` FOREIGN KEY (`model_id`) REFERENCES `model_configs` (`id`);
CREATE INDEX `process_numbers_update_time_20ab7c8b` ON `process_numbers` (`update_time`);
ALTER TABLE `provider_keys` ADD CONSTRAINT `provider_keys_provider_id_b12c7891_fk_api_providers_id` FOREIGN KEY (`provider_id`) REFERENCES `api_providers` (`id`);
ALTER TABLE `provider_minutes` ADD CONSTRAINT `provider_minutes_provider_id_22f0104b_fk_api_providers_id` FOREIGN KEY (`provider_id`) REFERENCES `api_providers` (`id`);
CREATE INDEX `provider_minute_by_time` ON `provider_minutes` (`minute`);
ALTER TABLE `provider_states` ADD CONSTRAINT `provider_states_provider_id_52b86767_fk_api_providers_id` FOREIGN KEY (`provider_id`) REFERENCES `api_providers` (`id`);
ALTER TABLE `push_subscriptions` ADD CONSTRAINT `push_subscriptions_user_id_7dd0cc78_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
ALTER TABLE `refresh_tokens` ADD CONSTRAINT `refresh_tokens_user_id_b02a6331_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
CREATE INDEX `refresh_tokens_family_e5d34df2` ON `refresh_tokens` (`family`);
CREATE INDEX `refresh_tokens_expires_at_43567dd9` ON `refresh_tokens` (`expires_at`);
ALTER TABLE `setting_changes` ADD CONSTRAINT `setting_changes_actor_id_1838e5ad_fk_users_id` FOREIGN KEY (`actor_id`) REFERENCES `users` (`id`);
CREATE INDEX `setting_change_of` ON `setting_changes` (`model`, `object_id`, `id`);
ALTER TABLE `sign_ins` ADD CONSTRAINT `sign_ins_user_id_d704d158_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
CREATE INDEX `sign_in_seen` ON `sign_ins` (`user_id`, `last_seen`);
ALTER TABLE `socket_tickets` ADD CONSTRAINT `socket_tickets_user_id_9f6bf076_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
CREATE INDEX `socket_tickets_expires_at_71927a2c` ON `socket_tickets` (`expires_at`);
CREATE INDEX `throttle_counters_expires_at_29c23ce5` ON `throttle_counters` (`expires_at`);
ALTER TABLE `usage_records` ADD CONSTRAINT `usage_records_user_id_b0ed3712_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
CREATE INDEX `usage_by_user` ON `usage_records` (`user_id`, `create_time`);
CREATE INDEX `usage_by_model` ON `usage_records` (`model_id`, `create_time`);
CREATE INDEX `usage_by_time` ON `usage_records` (`create_time`);
ALTER TABLE `users_groups` ADD CONSTRAINT `users_groups_user_id_group_id_fc7788e8_uniq` UNIQUE (`user_id`, `group_id`);
ALTER TABLE `users_groups` ADD CONSTRAINT `users_groups_user_id_f500bee5_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
ALTER TABLE `users_groups` ADD CONSTRAINT `users_groups_group_id_2f3517aa_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`);
ALTER TABLE `users_user_permissions` ADD CONSTRAINT `users_user_permissions_user_id_permission_id_3b86cbdf_uniq` UNIQUE (`user_id`, `permission_id`);
ALTER TABLE `users_user_permissions` ADD CONSTRAINT `users_user_permissions_user_id_92473840_fk_users_id` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`);
ALTER TABLE `users_user_permissions` ADD CONSTRAINT `users_user_permissio_permission_id_6d08dcd2_fk_auth_perm` FOREIGN KEY (`permission_id`) REFERENCES `auth_permission` (`id`);

INSERT INTO `django_migrations` (`app`, `name`, `applied`) VALUES
    ('accounts', '0001_initial', UTC_TIMESTAMP(6)),
    ('accounts', '0002_parts', UTC_TIMESTAMP(6)),
    ('accounts', '0003_sign_ins', UTC_TIMESTAMP(6)),
    ('accounts', '0004_budgets', UTC_TIMESTAMP(6)),
    ('accounts', '0005_audit', UTC_TIMESTAMP(6)),
    ('accounts', '0006_group_policies', UTC_TIMESTAMP(6)),
    ('accounts', '0007_password_change', UTC_TIMESTAMP(6)),
    ('accounts', '0008_read_chats', UTC_TIMESTAMP(6)),
    ('accounts', '0009_site_settings', UTC_TIMESTAMP(6)),
    ('accounts', '0010_setting_changes', UTC_TIMESTAMP(6)),
    ('accounts', '0011_retention', UTC_TIMESTAMP(6)),
    ('accounts', '0012_announcements', UTC_TIMESTAMP(6)),
    ('accounts', '0013_invitations', UTC_TIMESTAMP(6)),
    ('accounts', '0014_legal_holds', UTC_TIMESTAMP(6)),
    ('accounts', '0015_counter_order', UTC_TIMESTAMP(6)),
    ('accounts', '0016_links_given', UTC_TIMESTAMP(6)),
    ('accounts', '0017_sign_in_names', UTC_TIMESTAMP(6)),
    ('accounts', '0018_administrators_made', UTC_TIMESTAMP(6)),
    ('admin', '0001_initial', UTC_TIMESTAMP(6)),
    ('admin', '0002_logentry_remove_auto_add', UTC_TIMESTAMP(6)),
    ('admin', '0003_logentry_add_action_flag_choices', UTC_TIMESTAMP(6)),
    ('auth', '0001_initial', UTC_TIMESTAMP(6)),
    ('auth', '0002_alter_permission_name_max_length', UTC_TIMESTAMP(6)),
    ('auth', '0003_alter_user_email_max_length', UTC_TIMESTAMP(6)),
    ('auth', '0004_alter_user_username_opts', UTC_TIMESTAMP(6)),
    ('auth', '0005_alter_user_last_login_null', UTC_TIMESTAMP(6)),
    ('auth', '0006_require_contenttypes_0002', UTC_TIMESTAMP(6)),
    ('auth', '0007_alter_validators_add_error_messages', UTC_TIMESTAMP(6)),
    ('auth', '0008_alter_user_username_max_length', UTC_TIMESTAMP(6)),
    ('auth', '0009_alter_user_last_name_max_length', UTC_TIMESTAMP(6)),
    ('auth', '0010_alter_group_name_max_length', UTC_TIMESTAMP(6)),
    ('auth', '0011_update_proxy_permissions', UTC_TIMESTAMP(6)),
    ('auth', '0012_alter_user_first_name_max_length', UTC_TIMESTAMP(6)),
    ('chat', '0001_initial', UTC_TIMESTAMP(6)),
    ('chat', '0002_parts', UTC_TIMESTAMP(6)),
    ('chat', '0003_share_reasoning', UTC_TIMESTAMP(6)),
    ('chat', '0004_ratings', UTC_TIMESTAMP(6)),
    ('chat', '0005_prompt_commands', UTC_TIMESTAMP(6)),
    ('chat', '0006_search', UTC_TIMESTAMP(6)),
    ('chat', '0007_trash_index', UTC_TIMESTAMP(6)),
    ('chat', '0008_search_attachments', UTC_TIMESTAMP(6)),
    ('chat', '0009_word_warnings', UTC_TIMESTAMP(6)),
    ('chat', '0010_imports', UTC_TIMESTAMP(6)),
    ('chat', '0011_tried', UTC_TIMESTAMP(6)),
    ('chat', '0012_groups', UTC_TIMESTAMP(6)),
    ('chat', '0013_ledger', UTC_TIMESTAMP(6)),
    ('chat', '0014_reasoning_time', UTC_TIMESTAMP(6)),
    ('chat', '0015_roll_ups', UTC_TIMESTAMP(6)),
    ('chat', '0016_list_orders', UTC_TIMESTAMP(6)),
    ('chat', '0017_word_batches', UTC_TIMESTAMP(6)),
    ('chat', '0018_process_numbers', UTC_TIMESTAMP(6)),
    ('chat', '0019_names', UTC_TIMESTAMP(6)),
    ('chat', '0020_words_taken_back', UTC_TIMESTAMP(6)),
    ('chat', '0021_chats', UTC_TIMESTAMP(6)),
    ('chat', '0022_quick_filters', UTC_TIMESTAMP(6)),
    ('contenttypes', '0001_initial', UTC_TIMESTAMP(6)),
    ('contenttypes', '0002_remove_content_type_name', UTC_TIMESTAMP(6)),
    ('providers', '0001_initial', UTC_TIMESTAMP(6)),
    ('providers', '0002_provider_keys', UTC_TIMESTAMP(6)),
    ('providers', '0003_quirks', UTC_TIMESTAMP(6)),
    ('providers', '0004_model_prices', UTC_TIMESTAMP(6)),
    ('providers', '0005_provider_health', UTC_TIMESTAMP(6)),
    ('providers', '0006_model_groups', UTC_TIMESTAMP(6)),
    ('providers', '0007_model_icon', UTC_TIMESTAMP(6)),
    ('providers', '0008_private_addresses', UTC_TIMESTAMP(6)),
    ('providers', '0009_model_id_at_the_provider', UTC_TIMESTAMP(6)),
    ('sessions', '0001_initial', UTC_TIMESTAMP(6));

SET FOREIGN_KEY_CHECKS = 1;
