"""Dispatch: every command enters here, in one transaction, and is committed here."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from engine.commands import (
    access,
    answer_beside,
    ask_beside,
    ask_job,
    ask_outside,
    audits,
    begin_activity,
    calendars,
    change_organisation,
    change_password,
    claim_task,
    complete_task,
    declare_outage,
    deliver_message,
    deliver_signal,
    describe_agency,
    dossier_acts,
    end_case,
    erase_personal,
    export_evidence,
    extend_deadline,
    found_tenant,
    hand_back,
    hand_over_file,
    import_history,
    normalise_versions,
    number_paper,
    open_action,
    open_case,
    open_scheduled,
    publish_version,
    rate_case,
    reassign_task,
    rebuild_case,
    rebuild_starts,
    recall_task,
    receive_message,
    refuse_reception,
    release_task,
    remark_case,
    rename_agency,
    reorganise_agencies,
    retire_version,
    retry_delivery,
    retry_incident,
    return_task,
    seal_day,
    send_signal,
    set_target,
    sound_alarms,
    substitute,
    suspend_case,
    tell_notices,
    transfer_case,
    upload_version,
    verify_case,
    wake_case,
)
from engine.commands.transaction import Result, Tools, Transaction
from engine.domain.organisation import Actor
from engine.errors import EngineError, IdempotencyError
from engine.jobs import Step
from engine.ports import Answered, Store, UnitOfWork

Handler = Callable[[Any, Transaction], Result]

HANDLERS: dict[type, Handler] = {
    access.NoteAccess: access.handle,
    number_paper.NumberPaper: number_paper.handle,
    ask_job.AskJob: ask_job.ask,
    ask_job.CancelJob: ask_job.cancel,
    open_case.OpenCase: open_case.handle,
    claim_task.ClaimTask: claim_task.handle,
    release_task.ReleaseTask: release_task.handle,
    reassign_task.ReassignTask: reassign_task.handle,
    complete_task.CompleteTask: complete_task.handle,
    return_task.ReturnTask: return_task.handle,
    recall_task.RecallTask: recall_task.handle,
    end_case.StopCase: end_case.stop,
    end_case.WithdrawCase: end_case.withdraw,
    suspend_case.SuspendCase: suspend_case.suspend,
    suspend_case.EndSuspension: suspend_case.end,
    begin_activity.BeginActivity: begin_activity.handle,
    ask_beside.AskOpinion: ask_beside.opinion,
    ask_beside.AskCosign: ask_beside.cosign,
    answer_beside.GiveOpinion: answer_beside.give,
    answer_beside.Cosign: answer_beside.sign,
    answer_beside.WithdrawOpinion: answer_beside.withdraw,
    answer_beside.WithdrawCosign: answer_beside.withdraw,
    receive_message.ReceiveMessage: receive_message.handle,
    wake_case.WakeCase: wake_case.handle,
    deliver_message.DeliverMessage: deliver_message.handle,
    deliver_signal.AddressSignal: deliver_signal.address,
    deliver_signal.DeliverSignal: deliver_signal.deliver,
    open_scheduled.OpenScheduled: open_scheduled.handle,
    retry_delivery.PostponeDelivery: retry_delivery.postpone,
    retry_delivery.PostponeStart: retry_delivery.postpone_start,
    retry_delivery.RetryDelivery: retry_delivery.retry,
    send_signal.SendSignal: send_signal.handle,
    rebuild_case.RebuildCase: rebuild_case.handle,
    rebuild_starts.RebuildStarts: rebuild_starts.handle,
    retry_incident.RetryIncident: retry_incident.handle,
    verify_case.VerifyCase: verify_case.handle,
    export_evidence.ExportEvidence: export_evidence.handle,
    import_history.ImportHistory: import_history.handle,
    substitute.GiveSubstitution: substitute.handle,
    substitute.EndSubstitution: substitute.handle,
    upload_version.UploadVersion: upload_version.handle,
    publish_version.PublishVersion: publish_version.handle,
    ask_outside.RequestSupplement: ask_outside.request_supplement,
    ask_outside.ReceiveSupplement: ask_outside.receive_supplement,
    ask_outside.RequestPayment: ask_outside.request_payment,
    ask_outside.ReceivePayment: ask_outside.receive_payment,
    ask_outside.ConsultAgency: ask_outside.consult_agency,
    ask_outside.ReceiveAnswer: ask_outside.receive_answer,
    dossier_acts.PayFee: dossier_acts.pay,
    dossier_acts.AddComponents: dossier_acts.add,
    dossier_acts.ReturnComponents: dossier_acts.give_back,
    dossier_acts.IssueResult: dossier_acts.issue,
    dossier_acts.ReturnResult: dossier_acts.hand_over,
    dossier_acts.AskWithdrawal: dossier_acts.ask_back,
    hand_over_file.OfferFile: hand_over_file.offer,
    hand_over_file.AcceptFile: hand_over_file.accept,
    rate_case.RateCase: rate_case.handle,
    remark_case.RemarkCase: remark_case.handle,
    refuse_reception.SendBack: refuse_reception.handle,
    extend_deadline.AskExtension: extend_deadline.ask,
    extend_deadline.ExtendDeadline: extend_deadline.extend,
    extend_deadline.RefuseExtension: extend_deadline.refuse,
    sound_alarms.SoundAlarms: sound_alarms.handle,
    tell_notices.TellNotices: tell_notices.handle,
    tell_notices.TellDigest: tell_notices.digest,
    retire_version.RetireVersion: retire_version.handle,
    normalise_versions.NormaliseVersions: normalise_versions.handle,
    erase_personal.ErasePersonal: erase_personal.handle,
    erase_personal.RepeatErasure: erase_personal.repeat,
    erase_personal.HoldCase: erase_personal.hold,
    found_tenant.FoundTenant: found_tenant.handle,
    audits.PlanAudit: audits.plan,
    audits.DrawSample: audits.draw,
    audits.AnswerChecklist: audits.answer,
    audits.RaiseFinding: audits.find,
    audits.ConcludeAudit: audits.conclude,
    open_action.OpenAction: open_action.handle,
    seal_day.AnnounceKeys: seal_day.announce,
    seal_day.SealDay: seal_day.seal,
    calendars.ProposeCalendar: calendars.propose,
    calendars.ConfirmCalendar: calendars.confirm,
    calendars.RecountDue: calendars.recount,
    set_target.SetTarget: set_target.handle,
    change_organisation.CreateAgency: change_organisation.handle,
    change_organisation.CreatePosition: change_organisation.handle,
    change_organisation.HoldPosition: change_organisation.handle,
    change_organisation.EndHolding: change_organisation.handle,
    change_organisation.CreateAccount: change_organisation.handle,
    change_organisation.CloseAccount: change_organisation.handle,
    rename_agency.RenameAgency: rename_agency.handle,
    describe_agency.DescribeAgency: describe_agency.handle,
    declare_outage.DeclareOutage: declare_outage.declare,
    declare_outage.EndOutage: declare_outage.end,
    reorganise_agencies.ReorganiseAgencies: reorganise_agencies.handle,
    transfer_case.TransferCase: transfer_case.handle,
    hand_back.HandBack: hand_back.handle,
    change_password.ChangePassword: change_password.handle,
    change_password.ResetPassword: change_password.reset,
}
#: What is done before the transaction begins: on SQLite it keeps all others waiting.
PREPARATIONS: dict[type, Callable[[Any, Tools, Actor], None]] = {
    upload_version.UploadVersion: upload_version.prepare,
}


class Engine:
    """Executes commands."""

    def __init__(self, store: Store, tools: Tools) -> None:
        self._store = store
        self.tools = tools

    def execute(
        self,
        command: object,
        actor: Actor,
        *,
        key: str | None = None,
        step: Step | None = None,
    ) -> Result:
        """Do what an account asks, once.

        Args:
            command: A record from `engine.commands`.
            actor: Who asks.
            key: Idempotency key: the same key with the same command gives the answer of
                the first time and changes nothing.
            step: The item of a job that this does: both happen, or neither.

        Raises:
            EngineError: The refusal; nothing was changed.
            LeaseLostError: Another worker has the job; nothing was changed.
            IdempotencyError: The key was used for another command.
        """
        return self._execute(command, actor.tenant, actor, key, step)

    def run(self, command: object, tenant: UUID) -> Result:
        """Do what the engine itself has to do (timers, rebuilds, installation)."""
        return self._execute(command, tenant, None, None)

    def look(self, command: object, tenant: UUID) -> Result:
        """Ask what only reads: at one moment, without keeping anybody waiting."""
        handler = HANDLERS[type(command)]
        with self._store.read(tenant) as uow:
            return handler(command, self._transaction(uow, tenant, None))

    def _execute(
        self,
        command: object,
        tenant: UUID,
        actor: Actor | None,
        key: str | None,
        step: Step | None = None,
    ) -> Result:
        handler = HANDLERS[type(command)]
        request = _fingerprint(command, actor) if key else b""
        prepare = PREPARATIONS.get(type(command))
        if prepare is not None and actor is not None:
            prepare(command, self.tools, actor)
        with self._store.begin(tenant) as uow:
            try:
                result = handler(command, self._transaction(uow, tenant, actor))
            except EngineError:
                # The first of two equal requests may have done it already.
                answered = uow.recall(key) if key else None
                if answered is None:
                    raise
                return _replay(answered, request)
            if key:
                answered = uow.remember(key, request, json.dumps(result))
                if answered is not None:
                    return _replay(answered, request)
            if step is not None:
                uow.jobs.finish_item(step)
            uow.commit()
            return result

    def _transaction(
        self, uow: UnitOfWork, tenant: UUID, actor: Actor | None
    ) -> Transaction:
        return Transaction(
            uow=uow,
            tools=self.tools,
            now=self.tools.clock.now(),
            tenant=tenant,
            actor=actor,
        )


def _replay(answered: Answered, request: bytes) -> Result:
    if answered.request != request:
        raise IdempotencyError
    return cast("Result", json.loads(answered.response))


def _fingerprint(command: object, actor: Actor | None) -> bytes:
    """What makes two requests the same: the account, the command and all its values."""
    account = actor.account.id.hex if actor else ""
    return hashlib.sha256(f"{account}:{command!r}".encode()).digest()
