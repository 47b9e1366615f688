"""The strokes of Celery's beat: bells only, since what is due stands in the database. A lost stroke costs one wait."""

# A stroke that nobody heard in time is dropped, not kept for a worker that comes back tomorrow.
SCHEDULE = {
    "heartbeat": {"task": "spcg_portal.heartbeat", "schedule": 10, "options": {"expires": 60}},
    "proposals.encode_due": {"task": "proposals.encode_due", "schedule": 15, "options": {"expires": 15}},
    "proposals.suggest_due": {"task": "proposals.suggest_due", "schedule": 15, "options": {"expires": 60}},
    "core.seal_history": {"task": "core.seal_history", "schedule": 60, "options": {"expires": 60}},
    "spcg_portal.witness_history": {
        "task": "spcg_portal.witness_history",
        "schedule": 900,
        "options": {"expires": 900},
    },
    "documents.read_files": {"task": "documents.read_files", "schedule": 60, "options": {"expires": 60}},
    "proposals.read_files": {"task": "proposals.read_files", "schedule": 60, "options": {"expires": 60}},
    "meetings.remind_due": {"task": "meetings.remind_due", "schedule": 900, "options": {"expires": 900}},
    "landscape.ask_due": {"task": "landscape.ask_due", "schedule": 1800, "options": {"expires": 1800}},
    "core.drop_old_drafts": {"task": "core.drop_old_drafts", "schedule": 3600, "options": {"expires": 600}},
    "post.send_due": {"task": "post.send_due", "schedule": 10, "options": {"expires": 10}},
    "post.send_digests": {"task": "post.send_digests", "schedule": 300, "options": {"expires": 300}},
    "communications.send_due_letters": {
        "task": "communications.send_due_letters",
        "schedule": 20,
        "options": {"expires": 20},
    },
    "communications.remind_of_steps": {"task": "communications.remind_of_steps", "schedule": 1800},
    "communications.finish_letters": {"task": "communications.finish_letters", "schedule": 30},
    "publications.ask_again": {"task": "publications.ask_again", "schedule": 300, "options": {"expires": 300}},
    "organizations.end_terms": {"task": "organizations.end_terms", "schedule": 300, "options": {"expires": 300}},
    "organizations.forget_contacts": {
        "task": "organizations.forget_contacts",
        "schedule": 21600,
        "options": {"expires": 3600},
    },
    "proposals.empty_trays": {"task": "proposals.empty_trays", "schedule": 3600, "options": {"expires": 600}},
    "proposals.remind_due": {"task": "proposals.remind_due", "schedule": 300, "options": {"expires": 300}},
    "proposals.remind_of_results": {
        "task": "proposals.remind_of_results",
        "schedule": 1800,
        "options": {"expires": 1800},
    },
}

# Only where a mailbox of bounces is set.
BOUNCES = {"post.process_bounces": {"task": "post.process_bounces", "schedule": 300, "options": {"expires": 300}}}
