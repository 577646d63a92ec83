"""Which BPMN 2.0 elements run (`runs`), which only document, what other tools add.

Everything that stands in none of these tables is refused by name: an element that is
silently dropped is a step of the procedure that silently does not happen.
"""

from collections.abc import Mapping
from typing import Final

from engine.domain.model import NodeKind
from models_bpmn.importer.runs import DEFINITIONS, RUNS

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
QT: Final = "urn:quytrinh:bpmn:1"

#: Refused flow nodes keep a place in the graph, so that one refusal causes no others.
STAND_INS: Final[Mapping[str, NodeKind]] = {
    "scriptTask": NodeKind.SERVICE_TASK,
    "choreographyTask": NodeKind.SERVICE_TASK,
    "subChoreography": NodeKind.SERVICE_TASK,
    "callChoreography": NodeKind.SERVICE_TASK,
    "implicitThrowEvent": NodeKind.THROW_EVENT,
}
#: Element name → the node kind that runs it.
NODES: Final[Mapping[str, NodeKind]] = {
    name: row.kind for row in RUNS for name in (row.kind.value, *row.also)
}
EVENTS: Final = DEFINITIONS
_EVENTS: Final = {row.kind: row for row in RUNS if row.events}
#: Which definitions run in which event.
POSITIONS: Final = {kind: row.events for kind, row in _EVENTS.items()}
#: Which definitions open a case.
OPENINGS: Final = _EVENTS[NodeKind.START_EVENT].opens
#: Which definitions begin an event sub-process.
TRIGGERS: Final = _EVENTS[NodeKind.START_EVENT].triggers
#: Which definitions an event with several of them may have.
SEVERAL: Final = {kind: row.several for kind, row in _EVENTS.items()}

#: Parts of flow elements that the parser reads.
PARTS: Final = frozenset(
    {
        *("incoming", "outgoing", "extensionElements", "documentation"),
        *("conditionExpression", "timeDuration", "timeDate", "timeCycle"),
        *("multiInstanceLoopCharacteristics", "loopCardinality", "loopDataInputRef"),
        *("loopDataOutputRef", "inputDataItem", "outputDataItem"),
        *("completionCondition", "activationCondition", "sequenceFlow", "script"),
        *("standardLoopCharacteristics", "loopCondition", "condition"),
        # Ends of a link; names decide which events belong together (10.5.5).
        *("source", "target"),
        *EVENTS,
    }
)
#: Drawn for the reader; nothing in them runs, so nothing in them is looked at.
DOCUMENTATION: Final = frozenset(
    {
        *("association", "auditing", "category", "categoryValueRef", "dataObject"),
        *("dataObjectReference", "dataStoreReference", "group", "ioBinding"),
        *("monitoring", "operationRef", "laneSet", "property", "rendering", "supports"),
        *("supportedInterfaceRef", "textAnnotation"),
        *("dataInput", "dataOutput", "inputSet", "outputSet"),
    }
)
#: Data flow is told (`dataflow`), but its assignments would run: looked into.
DATA: Final = frozenset(
    {
        *("ioSpecification", "dataInputAssociation", "dataOutputAssociation"),
        *("sourceRef", "targetRef"),
    }
)
#: Standard assignments of people; lanes and `qt:work` are read instead.
RESOURCES: Final = frozenset(
    {"performer", "humanPerformer", "potentialOwner", "resourceRole"}
)

#: Attributes of BPMN 2.0.2 without namespace, on all elements that are read.
ATTRIBUTES: Final = frozenset(
    {
        *("id", "name", "isExecutable", "isClosed", "processType"),
        *("definitionalCollaborationRef", "sourceRef", "targetRef", "isImmediate"),
        *("default", "gatewayDirection", "instantiate", "eventGatewayType"),
        *("attachedToRef", "cancelActivity", "isInterrupting", "parallelMultiple"),
        *("messageRef", "signalRef", "errorRef", "operationRef", "implementation"),
        *("calledElement", "triggeredByEvent", "isForCompensation", "startQuantity"),
        *("completionQuantity", "isSequential", "behavior", "oneBehaviorEventRef"),
        *("noneBehaviorEventRef", "language", "evaluatesToTypeRef", "scriptFormat"),
        *("textFormat", "itemSubjectRef", "isCollection", "errorCode", "itemRef"),
        *("structureRef", "partitionElementRef", "operationRef"),
        *("testBefore", "loopMaximum", "escalationRef", "escalationCode"),
        *("activityRef", "waitForCompletion", "method", "associationDirection"),
        *("ordering", "cancelRemainingInstances"),
    }
)
#: Attributes that decide how tokens move, and the only values BPMN gives them.
BOOLEANS: Final = frozenset(
    {
        *("cancelActivity", "instantiate", "isForCompensation", "isSequential"),
        *("triggeredByEvent", "isExecutable", "isInterrupting", "parallelMultiple"),
        *("testBefore", "cancelRemainingInstances"),
    }
)

#: Namespaces of tools whose extensions decide what is executed.
VENDORS: Final[Mapping[str, str]] = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://operaton.org/schema/1.0/bpmn": "operaton",
    "http://activiti.org/bpmn": "activiti",
    "http://flowable.org/bpmn": "flowable",
    "http://camunda.org/schema/zeebe/1.0": "zeebe",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "spiffworkflow",
}
#: What of them changes which steps run, or which data they see.
VENDOR_ATTRIBUTES: Final = frozenset(
    {
        *("class", "expression", "delegateExpression", "type", "topic", "collection"),
        *("elementVariable", "elementIndexVariable", "resultVariable"),
        *("resultVariableName", "decisionRef", "mapDecisionResult", "caseRef"),
        *("caseDefinitionKey", "script", "resource", "skipExpression", "triggerable"),
        *("terminateAll", "terminateMultiInstance", "variableMappingClass"),
        *("variableMappingDelegateExpression", "inheritVariables", "scope"),
        *("calledElementTenantId", "calledElementType", "autoStoreVariables"),
        *("errorCodeVariable", "errorMessageVariable", "variableName"),
        *("variableEvents", "correlationKey", "collectionString", "processRef"),
    }
)
VENDOR_ELEMENTS: Final = frozenset(
    {
        *("inputOutput", "executionListener", "executionListeners", "taskListener"),
        *("taskListeners", "script", "connector", "in", "out", "field"),
        *("errorEventDefinition", "eventListener", "taskDefinition", "ioMapping"),
        *("calledElement", "calledDecision", "loopCharacteristics", "subscription"),
        *("conditionalFilter", "adHoc", "preScript", "postScript"),
        *("serviceTaskOperator", "messagePayload", "messageVariable"),
        *("processVariableCorrelation", "calledDecisionId", "mapException"),
        *("collection", "multiInstanceLoopCharacteristics", "onTransaction"),
        *("variableAggregation", "in-output", "inputParameter", "outputParameter"),
    }
)

#: Every flow node of BPMN 2.0.2 that a process can hold, whether it runs or not.
FLOW_NODES: Final = frozenset(NODES) | frozenset(STAND_INS) | {"event"}
#: Flow nodes that can become a step of a person without being drawn elsewhere.
ACTIVITY_TAGS: Final = frozenset(
    tag
    for tag in FLOW_NODES
    if not tag.endswith(("Event", "Gateway")) and tag != "event"
)
